"""Words as ids of the vocabulary of the data."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.stages.base.stage import Examples
from tfd2l.stages.base.transforms import Transform
from tfd2l.text.vocabulary import UNKNOWN


class WordLookup(Transform):
    """Looks up a word in the data's vocabulary: a text becomes its id, (batch,) int32.

    The whole text is one word.

    A word that is not in the vocabulary as it is written is looked for in lower case; if it is not there either, it is
    `<unk>`. Nothing is learned: the vocabulary is the data's.

    Args:
        key: The text.

    Raises:
        ConfigError: The data come without a vocabulary, or with one that has no `<unk>`.
    """

    def __init__(self, key: str = "text") -> None:
        self.key = key
        self.reads = (key,)
        self._table: tf.lookup.StaticHashTable | None = None

    def bind(self, info: DataInfo) -> DataInfo:
        tokens = info.fact(Vocabulary).tokens
        if UNKNOWN not in tokens:
            raise ConfigError(
                f"stages.word_lookup: the data must come with a vocabulary that has {UNKNOWN} (word_vectors, "
                f"word_vectors_embedded). Received: {len(tokens)} tokens from {info.source}"
            )
        ids = list(range(len(tokens)))
        initializer = tf.lookup.KeyValueTensorInitializer(list(tokens), ids, tf.string, tf.int32)
        self._unknown = tokens.index(UNKNOWN)
        self._table = tf.lookup.StaticHashTable(initializer, default_value=self._unknown)
        self.resources = (self._table,)
        return info

    def transform(self, examples: Examples) -> Examples:
        if self._table is None:
            raise ValueError(f"WordLookup knows no vocabulary yet: call bind(info) first. Received: {self!r}")
        words = tf.strings.strip(examples[self.key])
        ids = self._table.lookup(words)
        lower = self._table.lookup(tf.strings.lower(words, encoding="utf-8"))
        return {**examples, self.key: tf.where(ids == self._unknown, lower, ids)}
