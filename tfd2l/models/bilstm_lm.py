"""Bidirectional LSTM language model (ELMo)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt, ProperFraction
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.layers.options import LayerOptions
from tfd2l.layers.shapes import Shape


@keras.saving.register_keras_serializable(package="tfd2l")
class BiLSTMLM(keras.Model):
    """Bidirectional language model: one stack of LSTMs predicts the next token, another the previous one.

    Both directions share the embedding and the softmax layer, and nothing else: neither sees what the other has read.

    Args:
        vocabulary_size: Number of tokens.
        embed_dim: Width of the embeddings.
        num_hiddens: Width of each LSTM.
        num_layers: Number of LSTM layers in each direction.
        dropout: Rate of the dropout between the layers.
        **kwargs: Arguments of `keras.Model`.

    Call arguments:
        inputs: Dict of `token_ids` and `padding_mask`, integers of shape `(batch, tokens)`.
        training: Whether dropout is applied.

    Returns:
        Dict of `next_ids` and `previous_ids`, logits of shape `(batch, tokens, vocabulary)`.

    Example:
        >>> from tfd2l.models.bilstm_lm import BiLSTMLM
        >>> model = BiLSTMLM(vocabulary_size=50, embed_dim=8, num_hiddens=8, num_layers=2, dropout=0.0)
        >>> ids = tf.constant([[3, 1, 4]])
        >>> model({"token_ids": ids, "padding_mask": tf.ones_like(ids)})["next_ids"].shape
        TensorShape([1, 3, 50])

    References:
        - Peters et al., 2018, *Deep Contextualized Word Representations*.
    """

    def __init__(
        self,
        vocabulary_size: int,
        embed_dim: int,
        num_hiddens: int,
        num_layers: int,
        dropout: float,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**kwargs)
        self.sizes: dict[str, Any] = {
            "vocabulary_size": vocabulary_size,
            "embed_dim": embed_dim,
            "num_hiddens": num_hiddens,
            "num_layers": num_layers,
            "dropout": dropout,
        }
        self.embedding = keras.layers.Embedding(vocabulary_size, embed_dim, name="embedding")
        self.dropout = keras.layers.Dropout(dropout, name="dropout")
        self.left, self.right = (
            [
                keras.layers.LSTM(num_hiddens, return_sequences=True, go_backwards=backwards, name=f"{name}_{index}")
                for index in range(num_layers)
            ]
            for name, backwards in (("left", False), ("right", True))
        )
        self.softmax = keras.layers.Dense(vocabulary_size, name="softmax")

    def build(self, input_shape: Shape | None = None) -> None:
        self.embedding.build((None, None))
        width = self.sizes["embed_dim"]
        for left, right in zip(self.left, self.right, strict=True):
            left.build((None, None, width))
            right.build((None, None, width))
            width = self.sizes["num_hiddens"]
        self.softmax.build((None, None, width))
        self.built = True

    def compute_states(self, inputs: Mapping[str, tf.Tensor], training: bool | None = None) -> list[list[tf.Tensor]]:
        """Returns the states of every layer, (batch, tokens, num_hiddens), from the left and from the right."""
        mask = inputs["padding_mask"] > 0
        embedded = self.embedding(inputs["token_ids"])
        found: list[list[tf.Tensor]] = []
        for lstms, backwards in ((self.left, False), (self.right, True)):
            states, h = [], embedded
            for index, lstm in enumerate(lstms):
                h = lstm(self.dropout(h, training=training) if index else h, mask=mask, training=training)
                h = tf.reverse(h, [1]) if backwards else h  # Keras gives them in the order in which they were read
                states.append(h)
            found.append(states)
        return found

    def call(self, inputs: Mapping[str, tf.Tensor], training: bool | None = None) -> dict[str, tf.Tensor]:
        left, right = self.compute_states(inputs, training)
        return {"next_ids": self.softmax(left[-1]), "previous_ids": self.softmax(right[-1])}

    def contextual_vectors(self, inputs: Mapping[str, tf.Tensor]) -> tf.Tensor:
        """Returns both directions' states, averaged over the layers: `(batch, tokens, 2 num_hiddens)`.

        ELMo learns the weights of the layers with each task; equal weights are its initial ones.
        """
        mixed = [tf.add_n(states) / len(states) for states in self.compute_states(inputs, training=False)]
        return tf.concat(mixed, axis=-1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **self.sizes}


@check_bounds
def bilstm_lm(
    data: DataInfo,
    embed_dim: PositiveInt = 96,
    num_hiddens: PositiveInt = 96,
    num_layers: PositiveInt = 2,
    dropout: ProperFraction = 0.1,
) -> BiLSTMLM:
    """Bidirectional LSTM language model (ELMo), whose states are contextual word vectors.

    Args:
        data: Description of the data: its vocabulary sizes the embedding and the softmax layer.
        embed_dim: Width of the embeddings. Defaults to 96.
        num_hiddens: Width of each LSTM. Defaults to 96.
        num_layers: Number of LSTM layers in each direction. Defaults to 2.
        dropout: Rate of the dropout between the layers. Defaults to 0.1.

    Returns:
        A `BiLSTMLM`.

    Raises:
        ConfigError: An argument is outside its range.

    References:
        - Peters et al., 2018, *Deep Contextualized Word Representations*.
        - *Dive into Deep Learning*, section 14.8.1.
    """
    model = BiLSTMLM(len(data.fact(Vocabulary)), embed_dim, num_hiddens, num_layers, dropout)
    model.build()
    return model
