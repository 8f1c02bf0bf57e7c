"""Decodes translations by beam search."""

from __future__ import annotations

import keras
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat, PositiveInt
from tfd2l.data.info import DataInfo
from tfd2l.decoders.base.translation import Writing
from tfd2l.ops.text.sequence_search import beam_search


class BeamSearch:
    """Decodes translations by beam search: `translation` (text) and its `score`, log P / L^length_penalty.

    Args:
        data: its target vocabulary names the words.
        model: a translator.
        beam_size: beginnings kept at each step.
        length_penalty: 0 prefers short translations; 1 scores by the mean log probability of a word.
        max_length: most words, the end included; None takes the length of a target in training.

    Raises:
        ValueError: a beam size below 1, or a negative penalty.
        ComponentError: the model is no translator.

    References:
        Section 9.8.3.
    """

    def __init__(
        self,
        data: DataInfo,
        model: keras.Model,
        beam_size: PositiveInt = 4,
        length_penalty: NonNegativeFloat = 0.75,
        max_length: PositiveInt | None = None,
    ) -> None:
        if beam_size < 1:
            raise ValueError(f"beam_size counts from 1 up. Received: beam_size={beam_size}")
        if length_penalty < 0:
            raise ValueError(
                f"a negative penalty rewards nothing but length. Received: length_penalty={length_penalty}"
            )
        self.writing = Writing(data, model, max_length, "decoder.beam_search")
        self.beam_size = beam_size
        self.length_penalty = length_penalty

    def __call__(self, outputs: object, inputs: object) -> dict[str, tf.Tensor]:
        step, state, limits = self.writing.start(outputs)
        beams = self.beam_size
        rows = self.writing.rows(outputs)
        ids, score = beam_search(step, state, rows, **limits, beam_size=beams, length_penalty=self.length_penalty)
        return {"translation": self.writing.text(ids), "score": score}
