"""A Transformer that says which token comes next, as GPT does (section 14.8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import PositiveInt, ProperFraction
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.layers.transformer_block import TransformerEncoderBlock

DEVIATION = 0.02  # of embeddings at the start


@keras.saving.register_keras_serializable(package="tfd2l")
class CausalLM(keras.Model):
    """A stack of Transformer blocks in which a token sees itself and what stands before it.

    h = blocks(token + position embeddings), logits_t = E h_t + b of the token after t; E is the table of the token
    embeddings.

    Args:
        vocabulary_size: tokens.
        max_length: positions.
        num_hiddens, num_heads, ffn_hiddens, num_layers: of the blocks.
        dropout: rate after the embedding and inside each block.

    Input: dict of `token_ids` and `padding_mask`, each (batch, tokens) integers.
    Output: dict of `next_ids`, logits (batch, tokens, vocabulary); and the two inputs, for a decoder.

    Source: Radford et al. 2018, *Improving Language Understanding by Generative Pre-Training*.
    """

    def __init__(
        self,
        vocabulary_size: int,
        max_length: int,
        num_hiddens: int,
        num_heads: int,
        ffn_hiddens: int,
        num_layers: int,
        dropout: float,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.sizes = {
            "vocabulary_size": vocabulary_size,
            "max_length": max_length,
            "num_hiddens": num_hiddens,
            "num_heads": num_heads,
            "ffn_hiddens": ffn_hiddens,
            "num_layers": num_layers,
            "dropout": dropout,
        }
        start = keras.initializers.RandomNormal(stddev=DEVIATION)
        self.token_embedding = keras.layers.Embedding(vocabulary_size, num_hiddens, start, name="token_embedding")
        start = keras.initializers.RandomNormal(stddev=DEVIATION)
        self.position_embedding = keras.layers.Embedding(max_length, num_hiddens, start, name="position_embedding")
        self.norm = keras.layers.LayerNormalization(epsilon=1e-5, name="norm")
        self.embedding_dropout = keras.layers.Dropout(dropout, name="embedding_dropout")
        self.blocks = [
            TransformerEncoderBlock(num_hiddens, num_heads, ffn_hiddens, dropout, name=f"block_{index}")
            for index in range(num_layers)
        ]

    def build(self, input_shape: Any = None) -> None:
        sequence = (None, None, self.sizes["num_hiddens"])
        for embedding in (self.token_embedding, self.position_embedding):
            embedding.build((None, None))
        for layer in (self.norm, *self.blocks):
            layer.build(sequence)
        self.bias = self.add_weight(shape=(self.sizes["vocabulary_size"],), initializer="zeros", name="bias")
        self.built = True

    def hidden(self, token_ids: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        """(batch, tokens, hiddens); padding after a token changes nothing before it."""
        places = tf.range(tf.shape(token_ids)[1])
        h = self.norm(self.token_embedding(token_ids) + self.position_embedding(places))
        h = self.embedding_dropout(h, training=training)
        seen = tf.broadcast_to(places + 1, tf.shape(token_ids))  # (batch, tokens)
        for block in self.blocks:
            h = block(h, seen, training=training)
        return h

    def logits(self, hidden: tf.Tensor) -> tf.Tensor:
        """(..., hiddens) -> (..., vocabulary)."""
        table = tf.cast(self.token_embedding.embeddings, hidden.dtype)
        return tf.tensordot(hidden, table, [[-1], [1]]) + tf.cast(self.bias, hidden.dtype)

    def call(self, inputs: Mapping[str, tf.Tensor], training: bool | None = None) -> dict[str, tf.Tensor]:
        return {"next_ids": self.logits(self.hidden(inputs["token_ids"], training)), **inputs}

    def contextual_vectors(self, inputs: Mapping[str, tf.Tensor]) -> tf.Tensor:
        """The last block's vector of every token, (batch, tokens, hiddens), without dropout."""
        return self.hidden(inputs["token_ids"], training=False)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **self.sizes}


def causal_lm(
    data: DataInfo,
    max_length: PositiveInt = 64,
    num_hiddens: PositiveInt = 128,
    num_heads: PositiveInt = 4,
    ffn_hiddens: PositiveInt = 256,
    num_layers: PositiveInt = 2,
    dropout: ProperFraction = 0.1,
) -> CausalLM:
    """A GPT: a Transformer whose tokens see only what stands before them, and say what comes next.

    Args:
        data: its vocabulary sizes the embedding.
        max_length: positions, the longest text with its special tokens.
        num_hiddens, num_heads, ffn_hiddens, num_layers: of its blocks.
        dropout: rate after the embedding and inside each block.

    Raises:
        ConfigError: a size below 1, or a width that the heads cannot share.

    Source: section 14.8.2.
    """
    sizes = {
        "max_length": max_length,
        "num_hiddens": num_hiddens,
        "num_heads": num_heads,
        "ffn_hiddens": ffn_hiddens,
        "num_layers": num_layers,
    }
    for name, size in sizes.items():
        if size < 1:
            raise ConfigError(f"A size counts from 1 up. Received: model.{name}={size}")
    model = CausalLM(len(data.fact(Vocabulary)), dropout=dropout, **sizes)
    model.build()
    return model
