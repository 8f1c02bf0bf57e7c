"""Base class of encoder-decoder models of translation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from tfd2l.data.facts.vocabulary import TargetVocabulary, Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError, listing
from tfd2l.layers.attention_weights import AttentionWeights
from tfd2l.ops.text.sequence_search import Step, greedy_search
from tfd2l.text.vocabulary import BEGIN, END

Memory = Mapping[str, Any]  # what a decoder reads of the source: a nest of tensors (batch, ...)
State = tuple[tf.Tensor, ...]  # what a decoder keeps from token to token: tensors (batch, ...)
SOURCE, LENGTHS, TARGET = "source_ids", "source_lengths", "target_in_ids"


class Translator(keras.Model):
    """Base class of encoder-decoder models, which read a source sequence and write a target sequence token by token.

    In training the decoder reads the right beginning of the target (teacher forcing) and returns the logits of every
    next token. Without a target, a call returns what the encoder has read, from which a search generates with
    `next_token`.

    Call arguments:
        inputs: Dict of integers: `source_ids`, `(batch, source_steps)`, `source_lengths`, `(batch,)`, and in training
            `target_in_ids`, `(batch, target_steps)`.
        training: Whether dropout is applied.

    Returns:
        Logits of shape `(batch, target_steps, target_vocabulary)`; without `target_in_ids` the memory, a nest of
        tensors `(batch, ...)`.
    """

    def encode(self, source_ids: tf.Tensor, source_lengths: tf.Tensor, training: bool | None = None) -> Memory:
        """Returns the memory of the source, a nest of tensors (batch, ...)."""
        raise NotImplementedError

    def decode(self, target_in_ids: tf.Tensor, memory: Memory, training: bool | None = None) -> tf.Tensor:
        """Returns the logits of every next token, (batch, target steps, target vocabulary)."""
        return self.attend(target_in_ids, memory, training)[0]

    def attend(
        self, target_in_ids: tf.Tensor, memory: Memory, training: bool | None = None
    ) -> tuple[tf.Tensor, dict[str, tf.Tensor]]:
        """Returns the logits, and the attention to the source by layer: (batch, heads, target steps, source steps)."""
        raise NotImplementedError

    def first_state(self, memory: Memory, max_length: int) -> State:
        """Returns the decoder's state before the first token, a nest of tensors (batch, ...)."""
        raise NotImplementedError

    def next_token(
        self, tokens: tf.Tensor, position: tf.Tensor, memory: Memory, state: State
    ) -> tuple[tf.Tensor, State]:
        """Returns the logits of the next token, and the new state.

        Args:
            tokens: Tokens at a position, `(batch,)`.
            position: The position, a scalar.
            memory: What `encode` returned.
            state: The decoder's state.

        Returns:
            Logits, `(batch, target_vocabulary)`, and the state, a nest of tensors `(batch, ...)`.
        """
        raise NotImplementedError

    def call(self, inputs: Mapping[str, tf.Tensor], training: bool | None = None) -> Any:
        memory = self.encode(inputs[SOURCE], inputs[LENGTHS], training)
        return self.decode(inputs[TARGET], memory, training) if TARGET in inputs else memory

    def make_search_step(self) -> Step:
        """Returns the step of a search, whose state is a pair of a memory and a decoder's state.

        The memory is part of the search's state, since beams have more rows than the source.
        """

        def step(tokens: tf.Tensor, position: tf.Tensor, state: State) -> tuple[tf.Tensor, Any]:
            read, written = state
            logits, written = self.next_token(tokens, position, read, written)
            return logits, (read, written)

        return step

    def attention_weights(self, inputs: Mapping[str, tf.Tensor], data: DataInfo) -> AttentionWeights:
        """Returns where each token of the greedy translation attends to in the source."""
        words, names = data.fact(Vocabulary).tokens, data.fact(TargetVocabulary).tokens
        memory = self.encode(inputs[SOURCE], inputs[LENGTHS], training=False)
        steps = get_target_steps(data)
        ids, _ = greedy_search(
            self.make_search_step(),
            (memory, self.first_state(memory, steps)),
            tf.shape(inputs[SOURCE])[0],
            start_id=names.index(BEGIN),
            end_id=names.index(END),
            max_length=steps,
        )
        begin = tf.fill([tf.shape(ids)[0], 1], names.index(BEGIN))
        _, layers = self.attend(tf.concat([begin, ids[:, :-1]], axis=1), memory, training=False)
        written = [_until_end([names[token] for token in row]) for row in ids.numpy()]
        lengths = inputs[LENGTHS].numpy()
        read = [[words[token] for token in row[:n]] for row, n in zip(inputs[SOURCE].numpy(), lengths, strict=True)]
        return AttentionWeights(layers, written, read, "target sentence (translation)", "source sentence")


def check_translation_data(data: DataInfo, model: str) -> None:
    """Checks that data are batches of a translation.

    Args:
        data: Description of the data after all stages.
        model: Name of the model, for the error.

    Raises:
        ConfigError: A vocabulary or a key of the batch is missing.
    """
    data.fact(Vocabulary), data.fact(TargetVocabulary)
    x = data.batch_spec[0]
    keys = list(x) if isinstance(x, Mapping) else []
    missing = [key for key in (SOURCE, LENGTHS, TARGET) if key not in keys]
    if missing:
        raise ConfigError(
            f"model.{model} reads and writes sequences of words: the stages `words` and `translation_batch` make them "
            f"of a dataset with source and target. Received: a batch of {listing(keys)}"
        )


def get_target_steps(data: DataInfo) -> int:
    """Returns the number of steps of a target in a batch, the length of the longest translation."""
    return int(data.batch_spec[0][TARGET].shape[1])


def _until_end(tokens: list[str]) -> list[str]:
    return tokens[: tokens.index(END) + 1] if END in tokens else tokens
