"""Output layer of masked language modeling."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.layers.options import LayerOptions
from tfd2l.layers.shapes import Shape


@keras.saving.register_keras_serializable(package="tfd2l")
class MaskedLMHead(keras.layers.Layer):
    """Predicts the tokens at masked positions, with the table of the token embeddings.

    For the j-th masked position of a sequence with hidden states h, with the table E of shape
    `(vocabulary_size, hidden_dim)`:

        z_j = LayerNorm(gelu(W h[position_j] + b)),    logits_j = E z_j + c

    The table is shared with the embedding, and is not a weight of this layer.

    Args:
        vocabulary_size: Number of tokens.
        hidden_dim: Width of the hidden states and of the embeddings.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments:
        hidden: Hidden states of shape `(batch, tokens, hidden_dim)`.
        positions: Masked positions, integers of shape `(batch, predictions)`.
        embeddings: Token embeddings of shape `(vocabulary_size, hidden_dim)`.

    Returns:
        Logits of shape `(batch, predictions, vocabulary_size)`.

    Example:
        >>> from tfd2l.layers.masked_lm_head import MaskedLMHead
        >>> embeddings = tf.random.stateless_normal([100, 8], seed=(0, 0))
        >>> head = MaskedLMHead(vocabulary_size=100, hidden_dim=8)
        >>> head(tf.ones([2, 12, 8]), tf.constant([[3, 5], [1, 0]]), embeddings).shape
        TensorShape([2, 2, 100])

    References:
        - Devlin et al., 2019, *BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding*.
        - *Dive into Deep Learning*, section 14.8.5 (with ReLU and a table of its own).
    """

    def __init__(self, vocabulary_size: int, hidden_dim: int, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.vocabulary_size = vocabulary_size
        self.hidden_dim = hidden_dim
        initializer = keras.initializers.TruncatedNormal(stddev=0.02)
        self.dense = keras.layers.Dense(hidden_dim, activation="gelu", kernel_initializer=initializer, name="dense")
        self.norm = keras.layers.LayerNormalization(epsilon=1e-12, name="norm")

    def build(self, *shapes: Shape, **named: Any) -> None:
        self.dense.build((None, None, self.hidden_dim))
        self.norm.build((None, None, self.hidden_dim))
        self.bias = self.add_weight(shape=(self.vocabulary_size,), initializer="zeros", name="bias")
        self.built = True

    def call(self, hidden: tf.Tensor, positions: tf.Tensor, embeddings: tf.Tensor) -> tf.Tensor:
        masked = tf.gather(hidden, positions, batch_dims=1)  # (batch, predictions, hidden)
        z = self.norm(self.dense(masked))  # (batch, predictions, hidden)
        logits = tf.einsum("bph,vh->bpv", z, tf.cast(embeddings, z.dtype))  # (batch, predictions, vocabulary)
        return logits + tf.cast(self.bias, logits.dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "vocabulary_size": self.vocabulary_size, "hidden_dim": self.hidden_dim}
