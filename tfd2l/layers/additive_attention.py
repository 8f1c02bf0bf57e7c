"""Attention whose scores are computed by a small network."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.layers.attention import Attention
from tfd2l.layers.options import LayerOptions
from tfd2l.layers.shapes import Shape


@keras.saving.register_keras_serializable(package="tfd2l")
class AdditiveAttention(Attention):
    """Additive attention, for queries and keys of different widths.

    A hidden layer on query and key computes the score, without biases:

        score(q, k) = w^T tanh(W_q q + W_k k)

    `keras.layers.AdditiveAttention` has neither `W_q` nor `W_k`, and requires queries and keys of one width.

    Args:
        num_hiddens: Number of units of the hidden layer, at least 1.
        dropout: Rate of the dropout that is applied to the attention weights, in [0, 1). Defaults to 0.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments and result: see `tfd2l.layers.attention.Attention`.

    Raises:
        ValueError: `num_hiddens` is below 1, or an input does not fit the others.

    Example:
        >>> from tfd2l.layers.additive_attention import AdditiveAttention
        >>> queries, keys, values = tf.ones([2, 1, 20]), tf.ones([2, 10, 2]), tf.ones([2, 10, 4])
        >>> attention = AdditiveAttention(num_hiddens=8)
        >>> output, weights = attention(queries, keys, values, tf.constant([2, 6]), return_attention_scores=True)
        >>> output.shape
        TensorShape([2, 1, 4])
        >>> weights[0, 0, 0].numpy()  # only the first two keys are valid
        array([0.5, 0.5, 0. , 0. , 0. , 0. , 0. , 0. , 0. , 0. ], dtype=float32)

    References:
        - Bahdanau et al., 2015, *Neural Machine Translation by Jointly Learning to Align and Translate*.
        - *Dive into Deep Learning*, section 10.3.2.
    """

    def __init__(self, num_hiddens: int, dropout: float = 0.0, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(dropout, **kwargs)
        if num_hiddens < 1:
            raise ValueError(f"The number of hidden units must be at least 1. Received: num_hiddens={num_hiddens}")
        self.num_hiddens = num_hiddens
        self.query_projection = keras.layers.Dense(
            num_hiddens, use_bias=False, dtype=self.dtype_policy, name="query_projection"
        )
        self.key_projection = keras.layers.Dense(
            num_hiddens, use_bias=False, dtype=self.dtype_policy, name="key_projection"
        )
        self.scorer = keras.layers.Dense(1, use_bias=False, dtype=self.dtype_policy, name="scorer")

    def build(self, queries_shape: Shape, keys_shape: Shape, values_shape: Shape | None = None, *others: Shape) -> None:
        self.query_projection.build(queries_shape)
        self.key_projection.build(keys_shape)
        self.scorer.build((None, self.num_hiddens))

    def project(self, queries: tf.Tensor, keys: tf.Tensor, values: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        return self.query_projection(queries), self.key_projection(keys), values

    def score(self, queries: tf.Tensor, keys: tf.Tensor) -> tf.Tensor:
        # queries (batch, queries, hiddens) + keys (batch, keys, hiddens) -> (batch, queries, keys, hiddens)
        hidden = tf.tanh(queries[:, :, tf.newaxis] + keys[:, tf.newaxis])
        return self.scorer(hidden)[..., 0]  # (batch, queries, keys)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "num_hiddens": self.num_hiddens}
