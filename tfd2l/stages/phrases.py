"""Detection of phrases."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveFloat, PositiveInt
from tfd2l.stages.base.stage import Examples
from tfd2l.stages.base.transforms import Transform
from tfd2l.text.phrases import DELIMITER, count_bigrams, join_phrases, score_phrases
from tfd2l.text.vocabulary import count_words

FIT_CHUNK = 16384


class Phrases(Transform):
    """Joins pairs of words that form a phrase, such as "new york" to "new_york".

    Learned on train. Put twice, it finds phrases of up to four words.

    Args:
        key: Of the texts.
        threshold: A pair is a phrase if its score, (count(a b) - min_frequency) N / (count(a) count(b)), is above it.
        min_frequency: What a pair's frequency must exceed.

    Raises:
        ValueError: A threshold that is not positive.

    References:
        - Mikolov et al. 2013.
        - The question at the end of section 14.1.
    """

    @check_bounds
    def __init__(self, key: str = "text", threshold: PositiveFloat = 100.0, min_frequency: PositiveInt = 5) -> None:
        self.key = key
        self.reads = (key,)
        self.threshold = threshold
        self.min_frequency = min_frequency
        self.phrases: dict[str, float] = {}
        self._table: tf.lookup.StaticHashTable | None = None

    def fit(self, train: tf.data.Dataset) -> None:
        chunks = train.batch(FIT_CHUNK)
        words = count_words(chunk[self.key] for chunk in chunks)
        bigrams = count_bigrams(chunk[self.key] for chunk in chunks)
        scores = score_phrases(words, bigrams, self.min_frequency)
        self.phrases = {pair: score for pair, score in scores.items() if score > self.threshold}
        pairs = [*self.phrases, DELIMITER]  # a table cannot be empty; the joint alone is no pair
        values = np.array([True] * len(self.phrases) + [False])
        initializer = tf.lookup.KeyValueTensorInitializer(pairs, values, tf.string, tf.bool)
        self._table = tf.lookup.StaticHashTable(initializer, default_value=False)
        self.resources = (self._table,)

    def transform(self, examples: Examples) -> Examples:
        if self._table is None:
            raise ValueError(f"Phrases has learned none yet: call fit(train) first. Received: {self!r}")
        words = tf.strings.split(examples[self.key])  # ragged (batch, words)
        joined = join_phrases(words, self._table)
        return {**examples, self.key: tf.strings.reduce_join(joined, axis=-1, separator=" ")}
