"""What the searches share: the start of a translation, and its words as text."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.data.facts.vocabulary import TargetVocabulary
from tfd2l.data.info import DataInfo
from tfd2l.models.backbones.translator import get_target_steps
from tfd2l.models.base.protocols import HasSequenceSearch, require_model
from tfd2l.ops.text.sequence_search import Step
from tfd2l.text.vocabulary import BEGIN, END


class Writing:
    """How a model writes a translation from what it has read.

    Args:
        data: its target vocabulary names the words.
        model: a translator.
        max_length: most words, the end included; None takes the length of a target in training.
        decoder: that writes, as an error names it: `decoder.NAME`.

    Raises:
        ComponentError: the model is no translator.
        ValueError: a length below 1.
    """

    def __init__(self, data: DataInfo, model: keras.Model, max_length: int | None, decoder: str) -> None:
        self.model = require_model(model, HasSequenceSearch, decoder)
        if max_length is not None and max_length < 1:
            raise ValueError(f"max_length counts from 1 up. Received: max_length={max_length}")
        self.vocabulary = data.fact(TargetVocabulary).tokens
        self.max_length = max_length or get_target_steps(data)

    def start(self, memory: object) -> tuple[Step, Any, dict[str, int]]:
        """The step of a search over what the model has read, its first state, and where it begins and ends."""
        state = (memory, self.model.first_state(memory, self.max_length))
        begin, end = self.vocabulary.index(BEGIN), self.vocabulary.index(END)
        limits = {"start_id": begin, "end_id": end, "max_length": self.max_length}
        return self.model.make_search_step(), state, limits

    def rows(self, memory: object) -> tf.Tensor:
        """(), how many sequences were read."""
        return tf.shape(tf.nest.flatten(memory)[0])[0]

    def text(self, ids: tf.Tensor) -> tf.Tensor:
        """(rows,) strings: the words (rows, max_length) before the end, with a space between them."""
        end = self.vocabulary.index(END)
        before = tf.cumsum(tf.cast(ids == end, tf.int32), axis=1) == 0  # (rows, max_length)
        words = tf.gather(tf.constant(self.vocabulary), ids)
        return tf.strings.reduce_join(tf.ragged.boolean_mask(words, before), axis=-1, separator=" ")
