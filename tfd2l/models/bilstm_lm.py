"""Two recurrent language models, one in each direction, as ELMo (section 14.8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import PositiveInt, ProperFraction
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError


@keras.saving.register_keras_serializable(package="tfd2l")
class BiLSTMLM(keras.Model):
    """LSTMs from the left that say what comes next, and LSTMs from the right that say what came before.

    Both directions share the embedding and the softmax, and nothing else: neither sees what the other has read.

    Args:
        vocabulary_size: tokens.
        embed_dim: width of the embeddings.
        num_hiddens: width of an LSTM.
        num_layers: LSTMs one upon the other, in each direction.
        dropout: rate between the layers.

    Input: dict of `token_ids` and `padding_mask`, each (batch, tokens) integers.
    Output: dict of `next_ids` and `previous_ids`, logits (batch, tokens, vocabulary) each.

    Source: Peters et al. 2018, *Deep Contextualized Word Representations*.
    """

    def __init__(
        self, vocabulary_size: int, embed_dim: int, num_hiddens: int, num_layers: int, dropout: float, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.sizes = {
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

    def build(self, input_shape: Any = None) -> None:
        self.embedding.build((None, None))
        width = self.sizes["embed_dim"]
        for left, right in zip(self.left, self.right, strict=True):
            left.build((None, None, width))
            right.build((None, None, width))
            width = self.sizes["num_hiddens"]
        self.softmax.build((None, None, width))
        self.built = True

    def layers_of(self, inputs: Mapping[str, tf.Tensor], training: bool | None = None) -> list[list[tf.Tensor]]:
        """States of every layer, (batch, tokens, hiddens) each: [those that read from the left, from the right]."""
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
        left, right = self.layers_of(inputs, training)
        return {"next_ids": self.softmax(left[-1]), "previous_ids": self.softmax(right[-1])}

    def contextual_vectors(self, inputs: Mapping[str, tf.Tensor]) -> tf.Tensor:
        """Both directions' states side by side, the mean over the layers: (batch, tokens, 2 hiddens).

        ELMo learns the shares of the layers with each task; alike is where it starts.
        """
        mixed = [tf.add_n(states) / len(states) for states in self.layers_of(inputs, training=False)]
        return tf.concat(mixed, axis=-1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **self.sizes}


def bilstm_lm(
    data: DataInfo,
    embed_dim: PositiveInt = 96,
    num_hiddens: PositiveInt = 96,
    num_layers: PositiveInt = 2,
    dropout: ProperFraction = 0.1,
) -> BiLSTMLM:
    """An ELMo: a recurrent language model in each direction, whose states together are a word's vector.

    Args:
        data: its vocabulary sizes the embedding and the softmax.
        embed_dim: width of the embeddings.
        num_hiddens: width of an LSTM.
        num_layers: LSTMs one upon the other, in each direction.
        dropout: rate between the layers.

    Raises:
        ConfigError: a size below 1.

    Source: section 14.8.1.
    """
    sizes = {"embed_dim": embed_dim, "num_hiddens": num_hiddens, "num_layers": num_layers}
    for name, size in sizes.items():
        if size < 1:
            raise ConfigError(f"A size counts from 1 up. Received: model.{name}={size}")
    model = BiLSTMLM(len(data.fact(Vocabulary)), dropout=dropout, **sizes)
    model.build()
    return model
