"""What stood at the masked places."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfd2l")
class MaskedLMHead(keras.layers.Layer):
    """Logits of the tokens at some positions, by the embeddings of the tokens themselves.

    z_j = LayerNorm(gelu(W h[position_j] + b)),   logits_j = E z_j + c

    E is the table of the token embeddings, (vocabulary, hidden), so that one table is read and written by both ends;
    it is not a weight of this layer.

    Args:
        vocabulary_size, hidden_dim: of that table.

    Shapes: hidden (batch, tokens, hidden), positions (batch, predictions), embeddings (vocabulary, hidden);
        logits (batch, predictions, vocabulary).

    Source: Devlin et al. 2019, *BERT*; section 14.8.5, whose head has ReLU and a table of its own instead.
    """

    def __init__(self, vocabulary_size: int, hidden_dim: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.vocabulary_size = vocabulary_size
        self.hidden_dim = hidden_dim
        initializer = keras.initializers.TruncatedNormal(stddev=0.02)
        self.dense = keras.layers.Dense(hidden_dim, activation="gelu", kernel_initializer=initializer, name="dense")
        self.norm = keras.layers.LayerNormalization(epsilon=1e-12, name="norm")

    def build(self, *shapes: Any, **named: Any) -> None:
        self.dense.build((None, None, self.hidden_dim))
        self.norm.build((None, None, self.hidden_dim))
        self.bias = self.add_weight(shape=(self.vocabulary_size,), initializer="zeros", name="bias")
        self.built = True

    def call(self, hidden: tf.Tensor, positions: tf.Tensor, embeddings: tf.Tensor) -> tf.Tensor:
        chosen = tf.gather(hidden, positions, batch_dims=1)  # (batch, predictions, hidden)
        z = self.norm(self.dense(chosen))
        logits = tf.einsum("bph,vh->bpv", z, tf.cast(embeddings, z.dtype))
        return logits + tf.cast(self.bias, logits.dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "vocabulary_size": self.vocabulary_size, "hidden_dim": self.hidden_dim}
