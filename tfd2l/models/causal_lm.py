"""Causal Transformer language model (GPT)."""

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
from tfd2l.layers.transformer_block import TransformerEncoderBlock
from tfd2l.models.base.heads import check_heads

DEVIATION = 0.02  # of embeddings at the start


@keras.saving.register_keras_serializable(package="tfd2l")
class CausalLM(keras.Model):
    """Stack of Transformer blocks in which a token attends to itself and to those before it.

    With E the table of the token embeddings:

        h = blocks(LayerNorm(token embeddings + position embeddings)),    logits_t = E h_t + b of the token after t

    Args:
        vocabulary_size: Number of tokens.
        max_length: Number of positions.
        num_hiddens: Width of the embeddings and blocks.
        num_heads: Number of heads of each attention, a divisor of `num_hiddens`.
        ffn_hiddens: Width of the hidden layer of the position-wise networks.
        num_layers: Number of blocks.
        dropout: Rate of the dropout after the embedding and inside each block.
        **kwargs: Arguments of `keras.Model`.

    Call arguments:
        inputs: Dict of `token_ids` and `padding_mask`, integers of shape `(batch, tokens)`.
        training: Whether dropout is applied.

    Returns:
        Dict of `next_ids`, logits of shape `(batch, tokens, vocabulary)`, and of both inputs, for a decoder.

    References:
        - Radford et al., 2018, *Improving Language Understanding by Generative Pre-Training*.
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
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**kwargs)
        self.sizes: dict[str, Any] = {
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

    def build(self, input_shape: Shape | None = None) -> None:
        sequence = (None, None, self.sizes["num_hiddens"])
        for embedding in (self.token_embedding, self.position_embedding):
            embedding.build((None, None))
        for layer in (self.norm, *self.blocks):
            layer.build(sequence)
        self.bias = self.add_weight(shape=(self.sizes["vocabulary_size"],), initializer="zeros", name="bias")
        self.built = True

    def hidden(self, token_ids: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        """Returns the last block's vectors, `(batch, tokens, num_hiddens)`.

        Padding has no influence on the tokens before it.
        """
        places = tf.range(tf.shape(token_ids)[1])
        h = self.norm(self.token_embedding(token_ids) + self.position_embedding(places))
        h = self.embedding_dropout(h, training=training)
        seen = tf.broadcast_to(places + 1, tf.shape(token_ids))  # (batch, tokens)
        for block in self.blocks:
            h = block(h, seen, training=training)
        return h

    def logits(self, hidden: tf.Tensor) -> tf.Tensor:
        """Maps hidden vectors, `(..., num_hiddens)`, to the logits of the next token, `(..., vocabulary)`."""
        table = tf.cast(self.token_embedding.embeddings, hidden.dtype)
        return tf.tensordot(hidden, table, [[-1], [1]]) + tf.cast(self.bias, hidden.dtype)

    def call(self, inputs: Mapping[str, tf.Tensor], training: bool | None = None) -> dict[str, tf.Tensor]:
        return {"next_ids": self.logits(self.hidden(inputs["token_ids"], training)), **inputs}

    def contextual_vectors(self, inputs: Mapping[str, tf.Tensor]) -> tf.Tensor:
        """Returns the last block's vector of every token, `(batch, tokens, num_hiddens)`, without dropout."""
        return self.hidden(inputs["token_ids"], training=False)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **self.sizes}


@check_bounds
def causal_lm(
    data: DataInfo,
    max_length: PositiveInt = 64,
    num_hiddens: PositiveInt = 128,
    num_heads: PositiveInt = 4,
    ffn_hiddens: PositiveInt = 256,
    num_layers: PositiveInt = 2,
    dropout: ProperFraction = 0.1,
) -> CausalLM:
    """Causal Transformer language model (GPT), which predicts the next token.

    Args:
        data: Description of the data: its vocabulary sizes the embedding.
        max_length: Number of positions, at least the length of the longest text with its special tokens. Defaults to
            64.
        num_hiddens: Width of the embeddings and blocks. Defaults to 128.
        num_heads: Number of heads of each attention, a divisor of `num_hiddens`. Defaults to 4.
        ffn_hiddens: Width of the hidden layer of the position-wise networks. Defaults to 256.
        num_layers: Number of blocks. Defaults to 2.
        dropout: Rate of the dropout after the embedding and inside each block. Defaults to 0.1.

    Returns:
        A `CausalLM`.

    Raises:
        ConfigError: An argument is outside its range, or the heads do not divide the width.

    References:
        - Radford et al., 2018, *Improving Language Understanding by Generative Pre-Training*.
        - *Dive into Deep Learning*, section 14.8.2.
    """
    check_heads(num_hiddens, num_heads)
    model = CausalLM(len(data.fact(Vocabulary)), max_length, num_hiddens, num_heads, ffn_hiddens, num_layers, dropout)
    model.build()
    return model
