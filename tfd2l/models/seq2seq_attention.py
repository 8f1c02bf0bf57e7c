"""Sequence-to-sequence model with Bahdanau attention."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt, ProperFraction
from tfd2l.data.facts.vocabulary import TargetVocabulary, Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.layers.additive_attention import AdditiveAttention
from tfd2l.layers.gru_stack import GRUStack
from tfd2l.layers.options import LayerOptions
from tfd2l.layers.shapes import Shape
from tfd2l.models.backbones.translator import Memory, State, Translator, check_translation_data


@keras.saving.register_keras_serializable(package="tfd2l")
class Seq2SeqAttention(Translator):
    """Sequence-to-sequence model: GRU encoder and decoder, joined by additive attention.

    The encoder reads the source; its last states, at the end of each source sentence, are the decoder's initial ones.
    Before each token, the decoder's upper state queries the encoder's outputs h_i, with additive attention alpha over
    those that are words:

        c_t = sum_i alpha(s_{t-1}, h_i) h_i,   s_t = GRU([embedding(y_{t-1}); c_t], s_{t-1}),   logits_t = W s_t + b

    Args:
        vocabulary_size: Number of words of the source language.
        target_vocabulary_size: Number of words of the target language.
        embed_dim: Width of the embeddings.
        num_hiddens: Width of the GRUs and of the attention.
        num_layers: Number of GRU layers of encoder and decoder.
        dropout: Rate of the dropout between the layers and of the attention weights.
        **kwargs: Arguments of `keras.Model`.

    Call arguments and result: see `tfd2l.models.backbones.translator.Translator`.

    References:
        - Bahdanau et al., 2015, *Neural Machine Translation by Jointly Learning to Align and Translate*.
        - *Dive into Deep Learning*, section 10.4. (The book's encoder continues over the padding, so that a state
          depends on the length of the batch; here it stops.)
    """

    def __init__(
        self,
        vocabulary_size: int,
        target_vocabulary_size: int,
        embed_dim: int,
        num_hiddens: int,
        num_layers: int,
        dropout: float,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**kwargs)
        self.sizes: dict[str, Any] = {
            "vocabulary_size": vocabulary_size,
            "target_vocabulary_size": target_vocabulary_size,
            "embed_dim": embed_dim,
            "num_hiddens": num_hiddens,
            "num_layers": num_layers,
            "dropout": dropout,
        }
        self.source_embedding = keras.layers.Embedding(vocabulary_size, embed_dim, name="source_embedding")
        self.encoder = GRUStack(num_hiddens, num_layers, dropout, name="encoder")
        self.target_embedding = keras.layers.Embedding(target_vocabulary_size, embed_dim, name="target_embedding")
        self.attention = AdditiveAttention(num_hiddens, dropout, name="attention")
        self.decoder = GRUStack(num_hiddens, num_layers, dropout, name="decoder")
        self.classifier = keras.layers.Dense(target_vocabulary_size, name="classifier")

    def build(self, input_shape: Shape | None = None) -> None:
        embed_dim, hiddens = self.sizes["embed_dim"], self.sizes["num_hiddens"]
        for embedding in (self.source_embedding, self.target_embedding):
            embedding.build((None, None))
        self.encoder.build((None, None, embed_dim))
        self.attention.build((None, 1, hiddens), (None, None, hiddens), (None, None, hiddens))
        self.decoder.build((None, None, embed_dim + hiddens))
        self.classifier.build((None, hiddens))
        self.built = True

    def encode(self, source_ids: tf.Tensor, source_lengths: tf.Tensor, training: bool | None = None) -> Memory:
        """Returns the encoder's outputs, the keys of the attention, the last states and the lengths.

        Returns:
            Dict of `outputs` and `keys`, `(batch, source_steps, num_hiddens)`; `states`, `(batch, num_hiddens)` for
            each layer; and `lengths`, `(batch,)`.
        """
        embedded = self.source_embedding(source_ids)  # (batch, source steps, embed)
        outputs, states = self.encoder(embedded, source_lengths, training=training)
        keys = self.attention.key_projection(outputs)  # once for all words of the target
        return {"outputs": outputs, "keys": keys, "states": states, "lengths": source_lengths}

    def first_state(self, memory: Memory, max_length: int) -> State:
        return memory["states"]

    def next_token(
        self, tokens: tf.Tensor, position: tf.Tensor, memory: Memory, state: State
    ) -> tuple[tf.Tensor, State]:
        output, _, state = self._advance(self.target_embedding(tokens), memory, state, training=False)
        return self.classifier(output), state

    def attend(
        self, target_in_ids: tf.Tensor, memory: Memory, training: bool | None = None
    ) -> tuple[tf.Tensor, dict[str, tf.Tensor]]:
        embedded = self.target_embedding(target_in_ids)  # (batch, target steps, embed)
        state, outputs, weights = memory["states"], [], []
        for step in tf.unstack(embedded, axis=1):
            output, attention, state = self._advance(step, memory, state, training)
            outputs.append(output)
            weights.append(attention)
        logits = self.classifier(tf.stack(outputs, axis=1))  # (batch, target steps, target vocabulary)
        return logits, {"attention": tf.concat(weights, axis=2)}  # (batch, 1, target steps, source steps)

    def _advance(
        self, embedded: tf.Tensor, memory: Memory, state: State, training: bool | None
    ) -> tuple[tf.Tensor, tf.Tensor, State]:
        """Decodes one token.

        Args:
            embedded: Embedding of the token, `(batch, embed_dim)`.
            memory: What `encode` returned.
            state: State of each layer, `(batch, num_hiddens)`.
            training: Whether dropout is applied.

        Returns:
            Output, `(batch, num_hiddens)`, weights, `(batch, 1, 1, source_steps)`, and the new state.
        """
        query = self.attention.query_projection(state[-1][:, tf.newaxis])  # (batch, 1, hiddens)
        context, weights = self.attention.attend(
            query, memory["keys"], memory["outputs"], memory["lengths"], training=training
        )
        step = tf.concat([context[:, 0], tf.cast(embedded, context.dtype)], axis=-1)  # (batch, hiddens + embed)
        output, state = self.decoder.step(step, state, training=training)
        return output, weights, state

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **self.sizes}


@check_bounds
def seq2seq_attention(
    data: DataInfo,
    embed_dim: PositiveInt = 32,
    num_hiddens: PositiveInt = 32,
    num_layers: PositiveInt = 2,
    dropout: ProperFraction = 0.1,
) -> Seq2SeqAttention:
    """Sequence-to-sequence model of GRUs with Bahdanau attention, for translation.

    Args:
        data: Description of the data: batches of a translation, and both vocabularies.
        embed_dim: Width of the embeddings. Defaults to 32.
        num_hiddens: Width of the GRUs and of the attention. Defaults to 32.
        num_layers: Number of GRU layers of encoder and decoder. Defaults to 2.
        dropout: Rate of the dropout between the layers and of the attention weights. Defaults to 0.1.

    Returns:
        A `Seq2SeqAttention`.

    Raises:
        ConfigError: The data are no translations, or an argument is outside its range.

    References:
        - Bahdanau et al., 2015, *Neural Machine Translation by Jointly Learning to Align and Translate*.
        - *Dive into Deep Learning*, section 10.4.
    """
    check_translation_data(data, "seq2seq_attention")
    model = Seq2SeqAttention(
        len(data.fact(Vocabulary)), len(data.fact(TargetVocabulary)), embed_dim, num_hiddens, num_layers, dropout
    )
    model.build()
    return model
