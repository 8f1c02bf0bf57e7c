"""Base class of stages that take the words of sentences apart."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.ops.text.context_windows import PADDING_ID
from tfd2l.stages.base.stage import Examples, Stage
from tfd2l.text import wordpiece
from tfd2l.text.vocabulary import UNKNOWN


def get_known_frequencies(info: DataInfo, stage: object) -> np.ndarray:
    """Returns how often train holds each word of the vocabulary, (words,); 0 of the unknown one.

    Raises:
        ConfigError: No stage has counted them.
    """
    vocabulary = info.fact(Vocabulary)
    if not vocabulary.frequencies:
        raise ConfigError(
            f"stages: {stage!r} needs to know how frequent words are; put word_ids before it. "
            f"Received: a vocabulary of {len(vocabulary)} tokens, not counted"
        )
    counts = np.array(vocabulary.frequencies, np.int64)
    counts[[id for id, token in enumerate(vocabulary.tokens) if token in (UNKNOWN, wordpiece.UNKNOWN)]] = 0
    return counts


class KnownWords(Stage):
    """Base class of stages that take sentences apart; served, the known words of a text stand for themselves.

    `text` (batch, words, 1) ids; -1 is padding, and stands for unknown words.

    Args:
        key: Of the chunks of sentences, ragged (sentences, words) ids, and of served texts.
    """

    def __init__(self, key: str) -> None:
        self.key = key
        self.reads = (key,)
        self.frequencies = np.zeros(0, np.int64)

    @property
    def is_known(self) -> np.ndarray:
        """(vocabulary,) bool."""
        return self.frequencies > 0

    def bind(self, info: DataInfo) -> DataInfo:
        self.frequencies = get_known_frequencies(info, self)
        return info

    def serve(self, examples: Examples) -> Examples:
        words = examples[self.key].to_tensor(PADDING_ID)  # (batch, words)
        known = (words != PADDING_ID) & tf.gather(tf.constant(self.is_known), tf.maximum(words, 0))
        others = {name: value for name, value in examples.items() if name != self.key}
        return {**others, "text": tf.where(known, words, PADDING_ID)[:, :, None]}
