"""Transformer encoder-decoder."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt, ProperFraction
from tfd2l.data.facts.vocabulary import TargetVocabulary, Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.layers.options import LayerOptions
from tfd2l.layers.positional_encoding import PositionalEncoding
from tfd2l.layers.shapes import Shape
from tfd2l.layers.transformer_block import TransformerDecoderBlock, TransformerEncoderBlock
from tfd2l.models.backbones.translator import Memory, State, Translator, check_translation_data
from tfd2l.models.base.heads import check_heads


@keras.saving.register_keras_serializable(package="tfd2l")
class TransformerSeq2Seq(Translator):
    """Transformer encoder-decoder: blocks of attention and position-wise networks, without recurrence.

    The inputs of the blocks are embedding * sqrt(num_hiddens) + positional encoding; the decoder's self-attention sees
    no later word.

    Args:
        vocabulary_size: Number of words of the source language.
        target_vocabulary_size: Number of words of the target language.
        num_hiddens: Width of the embeddings and blocks.
        num_layers: Number of blocks of encoder and decoder.
        num_heads: Number of heads of each attention, a divisor of `num_hiddens`.
        ffn_hiddens: Width of the hidden layer of the position-wise networks.
        dropout: Rate of the dropout of attention weights, sublayers' outputs and encodings.
        **kwargs: Arguments of `keras.Model`.

    Call arguments and result: see `tfd2l.models.backbones.translator.Translator`.

    References:
        - Vaswani et al., 2017, *Attention Is All You Need*.
        - *Dive into Deep Learning*, section 10.7.
    """

    def __init__(
        self,
        vocabulary_size: int,
        target_vocabulary_size: int,
        num_hiddens: int,
        num_layers: int,
        num_heads: int,
        ffn_hiddens: int,
        dropout: float,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**kwargs)
        self.sizes: dict[str, Any] = {
            "vocabulary_size": vocabulary_size,
            "target_vocabulary_size": target_vocabulary_size,
            "num_hiddens": num_hiddens,
            "num_layers": num_layers,
            "num_heads": num_heads,
            "ffn_hiddens": ffn_hiddens,
            "dropout": dropout,
        }
        # A deviation of 1/sqrt(width) makes what is multiplied by sqrt(width) as large as the encodings.
        start = keras.initializers.RandomNormal(0, num_hiddens**-0.5)
        self.source_embedding = keras.layers.Embedding(
            vocabulary_size, num_hiddens, embeddings_initializer=start, name="source_embedding"
        )
        self.target_embedding = keras.layers.Embedding(
            target_vocabulary_size, num_hiddens, embeddings_initializer=start.clone(), name="target_embedding"
        )
        self.source_positions = PositionalEncoding(num_hiddens, dropout, name="source_positions")
        self.target_positions = PositionalEncoding(num_hiddens, dropout, name="target_positions")
        block = (num_hiddens, num_heads, ffn_hiddens, dropout)
        self.encoder = [TransformerEncoderBlock(*block, name=f"encoder_{index}") for index in range(num_layers)]
        self.decoder = [TransformerDecoderBlock(*block, name=f"decoder_{index}") for index in range(num_layers)]
        self.classifier = keras.layers.Dense(target_vocabulary_size, name="classifier")

    def build(self, input_shape: Shape | None = None) -> None:
        sequence = (None, None, self.sizes["num_hiddens"])
        for embedding in (self.source_embedding, self.target_embedding):
            embedding.build((None, None))
        for layer in (self.source_positions, self.target_positions, *self.encoder, *self.decoder, self.classifier):
            layer.build(sequence)
        self.built = True

    def encode(self, source_ids: tf.Tensor, source_lengths: tf.Tensor, training: bool | None = None) -> Memory:
        """Returns a dict of the encoder's `outputs`, (batch, source steps, hiddens), and the `lengths`, (batch,)."""
        outputs, _ = self.read(source_ids, source_lengths, training)
        return {"outputs": outputs, "lengths": source_lengths}

    def read(
        self, source_ids: tf.Tensor, source_lengths: tf.Tensor, training: bool | None = None
    ) -> tuple[tf.Tensor, list[tf.Tensor]]:
        """Returns the encoder's outputs, and its blocks' weights, (batch, heads, source steps, source steps)."""
        x = self.source_positions(self._scaled(self.source_embedding(source_ids)), training=training)
        weights = []
        for block in self.encoder:
            x, attention = block(x, source_lengths, training=training, return_attention_scores=True)
            weights.append(attention)
        return x, weights

    def attend(
        self, target_in_ids: tf.Tensor, memory: Memory, training: bool | None = None
    ) -> tuple[tf.Tensor, dict[str, tf.Tensor]]:
        x = self.target_positions(self._scaled(self.target_embedding(target_in_ids)), training=training)
        batch, steps = tf.unstack(tf.shape(target_in_ids))
        seen = tf.tile(tf.range(1, steps + 1)[tf.newaxis], [batch, 1])  # (batch, steps): query t sees t + 1
        weights = {}
        for index, block in enumerate(self.decoder):
            x, attention = block(x, x, seen, memory["outputs"], memory["lengths"], training=training)
            weights[f"decoder_{index}"] = attention
        return self.classifier(x), weights

    def first_state(self, memory: Memory, max_length: int) -> State:
        """Returns zeros for the inputs of each decoder block at every position, (batch, max_length, num_hiddens)."""
        outputs = memory["outputs"]
        room = tf.zeros([tf.shape(outputs)[0], max_length, self.sizes["num_hiddens"]], outputs.dtype)
        return tuple(room for _ in self.decoder)

    def next_token(
        self, tokens: tf.Tensor, position: tf.Tensor, memory: Memory, state: State
    ) -> tuple[tf.Tensor, State]:
        embedded = self._scaled(self.target_embedding(tokens[:, tf.newaxis]))  # (batch, 1, hiddens)
        x = self.target_positions(embedded, offset=position, training=False)
        seen = tf.fill([tf.shape(tokens)[0]], position + 1)
        here = (tf.range(tf.shape(state[0])[1]) == position)[tf.newaxis, :, tf.newaxis]
        written = []
        for block, so_far in zip(self.decoder, state, strict=True):
            so_far = tf.where(here, x, so_far)  # (batch, max_length, hiddens)
            written.append(so_far)
            x, _ = block(x, so_far, seen, memory["outputs"], memory["lengths"], training=False)
        return self.classifier(x)[:, 0], tuple(written)

    def _scaled(self, embedded: tf.Tensor) -> tf.Tensor:
        return embedded * tf.cast(self.sizes["num_hiddens"] ** 0.5, embedded.dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **self.sizes}


@check_bounds
def transformer_seq2seq(
    data: DataInfo,
    num_hiddens: PositiveInt = 32,
    num_layers: PositiveInt = 2,
    num_heads: PositiveInt = 4,
    ffn_hiddens: PositiveInt = 64,
    dropout: ProperFraction = 0.1,
) -> TransformerSeq2Seq:
    """Transformer encoder-decoder, for translation.

    Args:
        data: Description of the data: batches of a translation, and both vocabularies.
        num_hiddens: Width of the embeddings and blocks. Defaults to 32.
        num_layers: Number of blocks of encoder and decoder. Defaults to 2.
        num_heads: Number of heads of each attention, a divisor of `num_hiddens`. Defaults to 4.
        ffn_hiddens: Width of the hidden layer of the position-wise networks. Defaults to 64.
        dropout: Rate of the dropout of attention weights, sublayers' outputs and encodings. Defaults to 0.1.

    Returns:
        A `TransformerSeq2Seq`.

    Raises:
        ConfigError: The data are no translations, an argument is outside its range, or the heads do not divide the
            width.

    References:
        - Vaswani et al., 2017, *Attention Is All You Need*.
        - *Dive into Deep Learning*, section 10.7.
    """
    check_translation_data(data, "transformer_seq2seq")
    check_heads(num_hiddens, num_heads)
    vocabularies = len(data.fact(Vocabulary)), len(data.fact(TargetVocabulary))
    model = TransformerSeq2Seq(*vocabularies, num_hiddens, num_layers, num_heads, ffn_hiddens, dropout)
    model.build()
    return model
