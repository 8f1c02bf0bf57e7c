"""Attention weights of a batch, with labels for figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import tensorflow as tf


@dataclass(frozen=True)
class AttentionWeights:
    """Attention weights of a batch, with the labels of queries and keys.

    Args:
        layers: Name of each layer and its weights, `(batch, num_heads, num_queries, num_keys)`.
        queries: Labels of the queries of each example, fewer than `num_queries` where these are padded.
        keys: Labels of the keys of each example, fewer than `num_keys` where these are padded.
        query_axis: What the queries are, the label of a figure's axis.
        key_axis: What the keys are.

    Example:
        >>> from tfd2l.layers.attention_weights import AttentionWeights
        >>> weights = AttentionWeights({"attention": tf.ones([1, 1, 1, 2]) / 2}, [["le"]], [["the", "cat"]])
        >>> weights.query_axis, weights.layers["attention"].shape
        ('queries', TensorShape([1, 1, 1, 2]))
    """

    layers: Mapping[str, tf.Tensor]
    queries: Sequence[Sequence[str]]
    keys: Sequence[Sequence[str]]
    query_axis: str = "queries"
    key_axis: str = "keys"
