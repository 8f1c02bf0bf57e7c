"""What a model has attended to, for people to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import tensorflow as tf


@dataclass(frozen=True)
class AttentionWeights:
    """Attention weights of a batch, and what stands along their axes.

    Args:
        layers: by the layer's name, (batch, heads, queries, keys).
        queries, keys: labels for each example; fewer than the weights have where those are padded.
        query_axis, key_axis: what queries and keys are, as a figure names its axes.
    """

    layers: Mapping[str, tf.Tensor]
    queries: Sequence[Sequence[str]]
    keys: Sequence[Sequence[str]]
    query_axis: str = "queries"
    key_axis: str = "keys"
