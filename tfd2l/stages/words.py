"""Words of two languages as ids."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.data.facts.vocabulary import TargetVocabulary, Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.stages.base.stage import Examples
from tfd2l.stages.base.transforms import Transform
from tfd2l.text.vocabulary import count_words, learn_vocabulary, make_word_table

FIT_CHUNK = 16384


class Words(Transform):
    """Tokenizes sentences and their translations into words: they become ids, ragged (batch, words).

    Words are what stands between white space. Each language has a vocabulary of its own, learned on the train split;
    other words are `<unk>`. Served, only the source comes.

    Args:
        source: Key of the sentences.
        target: Key of their translations.
        min_frequency: A word seen more rarely in train is unknown.

    Raises:
        ValueError: A frequency below 1.

    References:
        - Section 9.5.
    """

    provides = (Vocabulary, TargetVocabulary)

    @check_bounds
    def __init__(self, source: str = "source", target: str = "target", min_frequency: PositiveInt = 2) -> None:
        self.source = source
        self.target = target
        self.reads = (source, target)
        self.min_frequency = min_frequency
        self.tokens: dict[str, Sequence[str]] = {}
        self._tables: dict[str, tf.lookup.StaticHashTable] = {}

    def fit(self, train: tf.data.Dataset) -> None:
        chunks = train.batch(FIT_CHUNK)
        for key in self.reads:
            frequency = count_words(chunk[key] for chunk in chunks)
            self.tokens[key] = tuple(learn_vocabulary(frequency, self.min_frequency))
            self._tables[key] = make_word_table(self.tokens[key])
        self.resources = tuple(self._tables.values())

    def bind(self, info: DataInfo) -> DataInfo:
        source, target = (tuple(self.tokens[key]) for key in (self.source, self.target))
        return info.with_fact(Vocabulary(source)).with_fact(TargetVocabulary(target))

    def transform(self, examples: Examples) -> Examples:
        if not self._tables:
            raise ValueError(f"Words has no vocabulary yet: call fit(train) first. Received: {self!r}")
        present = [key for key in self.reads if key in examples]  # what is served has no translation yet
        return {**examples, **{key: self._tables[key].lookup(tf.strings.split(examples[key])) for key in present}}
