"""Decodes translations by greedy search."""

from __future__ import annotations

import keras
import tensorflow as tf

from tfd2l.config.ranges import PositiveInt
from tfd2l.data.info import DataInfo
from tfd2l.decoders.base.translation import Writing
from tfd2l.ops.text.sequence_search import greedy_search


class GreedySearch:
    """Decodes translations by greedy search: `translation` (text) and its `log_probability`.

    Args:
        data: its target vocabulary names the words.
        model: a translator.
        max_length: most words, the end included; None takes the length of a target in training.

    Raises:
        ComponentError: the model is no translator.

    References:
        Section 9.8.1.
    """

    def __init__(self, data: DataInfo, model: keras.Model, max_length: PositiveInt | None = None) -> None:
        self.writing = Writing(data, model, max_length, "decoder.greedy_search")

    def __call__(self, outputs: object, inputs: object) -> dict[str, tf.Tensor]:
        step, state, limits = self.writing.start(outputs)
        ids, log_p = greedy_search(step, state, self.writing.rows(outputs), **limits)
        return {"translation": self.writing.text(ids), "log_probability": log_p}
