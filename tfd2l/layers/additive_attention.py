"""Attention scored by a small network."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.layers.attention import Attention


@keras.saving.register_keras_serializable(package="tfd2l")
class AdditiveAttention(Attention):
    """Attention for queries and keys of different widths: a hidden layer on both decides.

    score(q, k) = w^T tanh(W_q q + W_k k), without biases.

    `keras.layers.AdditiveAttention` has no W_q and W_k: there queries and keys must be of one width.

    Args:
        num_hiddens: units of the hidden layer.
        dropout: rate on the weights.

    Source: Bahdanau et al. 2015, *Neural Machine Translation by Jointly Learning to Align and Translate*; section
    10.3.2.
    """

    def __init__(self, num_hiddens: int, dropout: float = 0.0, **kwargs: Any) -> None:
        super().__init__(dropout, **kwargs)
        if num_hiddens < 1:
            raise ValueError(f"num_hiddens counts from 1 up. Received: num_hiddens={num_hiddens}")
        self.num_hiddens = num_hiddens
        self.query_projection = keras.layers.Dense(
            num_hiddens, use_bias=False, dtype=self.dtype_policy, name="query_projection"
        )
        self.key_projection = keras.layers.Dense(
            num_hiddens, use_bias=False, dtype=self.dtype_policy, name="key_projection"
        )
        self.scorer = keras.layers.Dense(1, use_bias=False, dtype=self.dtype_policy, name="scorer")

    def build(self, queries_shape: Any, keys_shape: Any, values_shape: Any = None, *others: Any) -> None:
        self.query_projection.build(queries_shape)
        self.key_projection.build(keys_shape)
        self.scorer.build((None, self.num_hiddens))

    def project(self, queries: tf.Tensor, keys: tf.Tensor, values: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        return self.query_projection(queries), self.key_projection(keys), values

    def score(self, queries: tf.Tensor, keys: tf.Tensor) -> tf.Tensor:
        hidden = tf.tanh(queries[:, :, tf.newaxis] + keys[:, tf.newaxis])  # (batch, queries, keys, hiddens)
        return self.scorer(hidden)[..., 0]  # (batch, queries, keys)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "num_hiddens": self.num_hiddens}
