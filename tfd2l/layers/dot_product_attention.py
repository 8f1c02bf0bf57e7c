"""Attention whose scores are scaled dot products."""

from __future__ import annotations

import keras
import tensorflow as tf

from tfd2l.layers.attention import Attention
from tfd2l.layers.shapes import Shape


@keras.saving.register_keras_serializable(package="tfd2l")
class DotProductAttention(Attention):
    """Scaled dot-product attention, for queries and keys of one width.

    The scores of queries and keys of width d are divided by sqrt(d), so that their variance does not grow with d:

        score(q, k) = q . k / sqrt(d)

    Args:
        dropout: Rate of the dropout that is applied to the attention weights, in [0, 1). Defaults to 0.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments and result: see `tfd2l.layers.attention.Attention`.

    Raises:
        ValueError: Queries and keys differ in width, or an input does not fit the others.

    Example:
        >>> from tfd2l.layers.dot_product_attention import DotProductAttention
        >>> queries = tf.constant([[[2.0, 0.0]]])
        >>> keys = tf.constant([[[1.0, 0.0], [0.0, 1.0]]])
        >>> values = tf.constant([[[10.0], [20.0]]])
        >>> output, weights = DotProductAttention()(queries, keys, values, return_attention_scores=True)
        >>> output.numpy(), weights.numpy()
        (array([[[11.9557]]], dtype=float32), array([[[[0.8044, 0.1956]]]], dtype=float32))

    References:
        - Vaswani et al., 2017, *Attention Is All You Need*.
        - *Dive into Deep Learning*, section 10.3.3.
    """

    def build(self, queries_shape: Shape, keys_shape: Shape, values_shape: Shape, *others: Shape) -> None:
        """Does nothing: the layer has no weights of its own."""

    def score(self, queries: tf.Tensor, keys: tf.Tensor) -> tf.Tensor:
        if queries.shape[-1] != keys.shape[-1]:
            raise ValueError(
                "Dot-product attention requires queries and keys of the same width; `AdditiveAttention` takes any. "
                f"Received: queries {tuple(queries.shape)}, keys {tuple(keys.shape)}"
            )
        return tf.matmul(queries, keys, transpose_b=True) * queries.shape[-1] ** -0.5  # (..., queries, keys)
