"""An encoder and a decoder of GRUs, joined by additive attention (section 10.4)."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import PositiveInt, ProperFraction
from tfd2l.data.facts.vocabulary import TargetVocabulary, Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.layers.additive_attention import AdditiveAttention
from tfd2l.layers.gru_stack import GRUStack
from tfd2l.models.backbones.translator import Translator, require_sizes, require_translation


@keras.saving.register_keras_serializable(package="tfd2l")
class Seq2SeqAttention(Translator):
    """Sequence to sequence with Bahdanau attention.

    The encoder's GRUs read the source; their last states (at each source's own end) start the decoder's. Before each
    token the decoder's upper state asks where to look:

        c_t = sum_i alpha(s_{t-1}, h_i) h_i,   s_t = GRU([embedding(y_{t-1}); c_t], s_{t-1}),   logits_t = W s_t + b

    h_i are the encoder's outputs and alpha is additive attention over those that are words.

    Args:
        vocabulary_size, target_vocabulary_size: of the two languages.
        embed_dim: width of the embeddings.
        num_hiddens: width of the GRUs and of the attention.
        num_layers: GRUs one upon the other, in encoder and decoder.
        dropout: rate between the layers, and on the attention weights.

    Source: Bahdanau et al. 2015, *Neural Machine Translation by Jointly Learning to Align and Translate*; section 10.4.
    The book's encoder goes on over the padding, so that a state depends on how long the batch is; here it stops.
    """

    def __init__(
        self,
        vocabulary_size: int,
        target_vocabulary_size: int,
        embed_dim: int,
        num_hiddens: int,
        num_layers: int,
        dropout: float,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.sizes = {
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

    def build(self, input_shape: Any = None) -> None:
        embed_dim, hiddens = self.sizes["embed_dim"], self.sizes["num_hiddens"]
        for embedding in (self.source_embedding, self.target_embedding):
            embedding.build((None, None))
        self.encoder.build((None, None, embed_dim))
        self.attention.build((None, 1, hiddens), (None, None, hiddens), (None, None, hiddens))
        self.decoder.build((None, None, embed_dim + hiddens))
        self.classifier.build((None, hiddens))
        self.built = True

    def encode(self, source_ids: tf.Tensor, source_lengths: tf.Tensor, training: bool | None = None) -> Any:
        """Outputs, keys (batch, source steps, hiddens), last state of each layer (batch, hiddens), lengths (batch,)."""
        embedded = self.source_embedding(source_ids)  # (batch, source steps, embed)
        outputs, states = self.encoder(embedded, source_lengths, training=training)
        keys = self.attention.key_projection(outputs)  # once for all words of the target
        return {"outputs": outputs, "keys": keys, "states": states, "lengths": source_lengths}

    def first_state(self, memory: Any, max_length: int) -> Any:
        return memory["states"]

    def next_token(self, tokens: tf.Tensor, position: tf.Tensor, memory: Any, state: Any) -> tuple[tf.Tensor, Any]:
        output, _, state = self._advance(self.target_embedding(tokens), memory, state, training=False)
        return self.classifier(output), state

    def attend(
        self, target_in_ids: tf.Tensor, memory: Any, training: bool | None = None
    ) -> tuple[tf.Tensor, dict[str, tf.Tensor]]:
        embedded = self.target_embedding(target_in_ids)  # (batch, target steps, embed)
        state, outputs, weights = memory["states"], [], []
        for step in tf.unstack(embedded, axis=1):
            output, looked, state = self._advance(step, memory, state, training)
            outputs.append(output)
            weights.append(looked)
        logits = self.classifier(tf.stack(outputs, axis=1))  # (batch, target steps, target vocabulary)
        return logits, {"attention": tf.concat(weights, axis=2)}  # (batch, 1, target steps, source steps)

    def _advance(
        self, embedded: tf.Tensor, memory: Any, state: Any, training: bool | None
    ) -> tuple[tf.Tensor, tf.Tensor, Any]:
        """One token (batch, embed): output (batch, hiddens), weights (batch, 1, 1, source steps), new state."""
        query = self.attention.query_projection(state[-1][:, tf.newaxis])  # (batch, 1, hiddens)
        context, weights = self.attention.attend(
            query, memory["keys"], memory["outputs"], memory["lengths"], training=training
        )
        step = tf.concat([context[:, 0], tf.cast(embedded, context.dtype)], axis=-1)  # (batch, hiddens + embed)
        output, state = self.decoder.step(step, state, training=training)
        return output, weights, state

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **self.sizes}


def seq2seq_attention(
    data: DataInfo,
    embed_dim: PositiveInt = 32,
    num_hiddens: PositiveInt = 32,
    num_layers: PositiveInt = 2,
    dropout: ProperFraction = 0.1,
) -> Seq2SeqAttention:
    """Sequence to sequence with GRUs and Bahdanau attention, sized by the data's two vocabularies.

    Args:
        data: batches of a translation.
        embed_dim: width of the embeddings.
        num_hiddens: width of the GRUs and of the attention.
        num_layers: GRUs one upon the other, in encoder and decoder.
        dropout: rate between the layers, and on the attention weights.

    Raises:
        ConfigError: the data are no translations, a size below 1, or a rate outside [0, 1).

    Source: section 10.4.
    """
    require_translation(data, "seq2seq_attention")
    require_sizes("seq2seq_attention", dropout, embed_dim=embed_dim, num_hiddens=num_hiddens, num_layers=num_layers)
    model = Seq2SeqAttention(
        len(data.fact(Vocabulary)), len(data.fact(TargetVocabulary)), embed_dim, num_hiddens, num_layers, dropout
    )
    model.build()
    return model
