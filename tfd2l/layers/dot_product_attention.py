"""Attention scored by the product of query and key."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.layers.attention import Attention


@keras.saving.register_keras_serializable(package="tfd2l")
class DotProductAttention(Attention):
    """Scaled dot-product attention, for queries and keys of one width d.

    score(q, k) = q . k / sqrt(d), so that its variance does not grow with d.

    Args:
        dropout: rate on the weights.

    Source: Vaswani et al. 2017, *Attention Is All You Need*; section 10.3.3.
    """

    def build(self, *shapes: Any) -> None:
        """It has no weights of its own."""

    def score(self, queries: tf.Tensor, keys: tf.Tensor) -> tf.Tensor:
        if queries.shape[-1] != keys.shape[-1]:
            raise ValueError(
                "dot-product attention takes queries and keys of one width; additive attention takes any. "
                f"Received: queries {tuple(queries.shape)}, keys {tuple(keys.shape)}"
            )
        return tf.matmul(queries, keys, transpose_b=True) * queries.shape[-1] ** -0.5
