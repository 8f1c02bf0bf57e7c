"""What models that write one sequence while reading another have in common."""

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

SOURCE, LENGTHS, TARGET = "source_ids", "source_lengths", "target_in_ids"


class Translator(keras.Model):
    """Reads a source sequence, writes a target sequence token by token.

    In training it is told the right beginning of the target (teacher forcing) and gives the logits of every next
    token; without a target it gives what it has read, from which a search writes with `next_token`.

    Input: dict of `source_ids` (batch, source steps), `source_lengths` (batch,), and in training `target_in_ids`
    (batch, target steps), integers.
    Output: logits (batch, target steps, target vocabulary); without `target_in_ids`, the memory: a nest of tensors
    (batch, ...).
    """

    def encode(self, source_ids: tf.Tensor, source_lengths: tf.Tensor, training: bool | None = None) -> Any:
        """What is kept of the source: a nest of tensors (batch, ...)."""
        raise NotImplementedError

    def decode(self, target_in_ids: tf.Tensor, memory: Any, training: bool | None = None) -> tf.Tensor:
        """Logits (batch, target steps, target vocabulary) of every next token."""
        return self.attend(target_in_ids, memory, training)[0]

    def attend(
        self, target_in_ids: tf.Tensor, memory: Any, training: bool | None = None
    ) -> tuple[tf.Tensor, dict[str, tf.Tensor]]:
        """The logits, and what the target attends to in the source: (batch, heads, target steps, source steps)."""
        raise NotImplementedError

    def first_state(self, memory: Any, max_length: int) -> Any:
        """The state of writing before the first token: a nest of tensors (batch, ...)."""
        raise NotImplementedError

    def next_token(self, tokens: tf.Tensor, position: tf.Tensor, memory: Any, state: Any) -> tuple[tf.Tensor, Any]:
        """Logits (batch, target vocabulary) of what follows `tokens` (batch,) at `position` (), and the new state."""
        raise NotImplementedError

    def call(self, inputs: Mapping[str, tf.Tensor], training: bool | None = None) -> Any:
        memory = self.encode(inputs[SOURCE], inputs[LENGTHS], training)
        return self.decode(inputs[TARGET], memory, training) if TARGET in inputs else memory

    def search_step(self, memory: Any) -> Step:
        """The step of a search over what was read; its state is the memory too, since beams are more rows than read."""

        def step(tokens: tf.Tensor, position: tf.Tensor, state: Any) -> tuple[tf.Tensor, Any]:
            read, written = state
            logits, written = self.next_token(tokens, position, read, written)
            return logits, (read, written)

        return step

    def attention_weights(self, inputs: Mapping[str, tf.Tensor], data: DataInfo) -> AttentionWeights:
        """Where each token of the (greedy) translation looks in the source."""
        words, names = data.fact(Vocabulary).tokens, data.fact(TargetVocabulary).tokens
        memory = self.encode(inputs[SOURCE], inputs[LENGTHS], training=False)
        steps = target_steps(data)
        ids, _ = greedy_search(
            self.search_step(memory),
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


def require_translation(data: DataInfo, model: str) -> None:
    """Refuse data that are not batches of a translation.

    Raises:
        ConfigError: a vocabulary or a key of the batch is missing.
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


def require_sizes(model: str, dropout: float, **sizes: int) -> None:
    """Refuse sizes below 1 and a dropout rate outside [0, 1).

    Raises:
        ConfigError: with the option.
    """
    for name, size in sizes.items():
        if size < 1:
            raise ConfigError(f"A size counts from 1 up. Received: model.{name}={size} (model {model})")
    if not 0 <= dropout < 1:
        raise ConfigError(f"A dropout rate is from 0 up to, not including, 1. Received: model.dropout={dropout}")


def target_steps(data: DataInfo) -> int:
    """Steps of a target in a batch: as long as a translation can get."""
    return int(data.batch_spec[0][TARGET].shape[1])


def _until_end(tokens: list[str]) -> list[str]:
    return tokens[: tokens.index(END) + 1] if END in tokens else tokens
