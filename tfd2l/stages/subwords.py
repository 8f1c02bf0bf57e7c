"""Character n-grams of words, for fastText."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.data.facts.subword_table import SubwordTable
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.ops.text.context_windows import PADDING_ID
from tfd2l.stages.base.stage import Examples, Stage
from tfd2l.stages.word_ids import make_spelling_key
from tfd2l.text.subwords import hash_character_ngrams


class Subwords(Stage):
    """Looks up the rows of an embedding table for each word and its character n-grams, for fastText.

    `words` (..., 1) becomes (..., pieces), -1 for none. Served, a word that train did not hold has the rows of its
    n-grams alone, so that it has a vector too; `word_ids` must pass on how it is spelled (`spelled: true`).

    Args:
        least: Characters of the shortest n-grams, with the marks `<` and `>`.
        most: Characters of the longest ones.
        buckets: Rows that n-grams are hashed into.
        key: Of the served texts.

    Raises:
        ValueError: Lengths that do not fit each other, or no bucket.

    References:
        - Bojanowski et al. 2017.
        - Section 14.6.
    """

    provides = (SubwordTable,)
    reads = ("words",)

    @check_bounds
    def __init__(self, least: int = 3, most: int = 6, buckets: PositiveInt = 100_000, key: str = "text") -> None:
        if not 1 <= least <= most or buckets < 1:
            raise ValueError(
                f"1 <= least <= most, and buckets counts from 1 up. Received: least={least}, most={most}, "
                f"buckets={buckets}"
            )
        self.least = least
        self.most = most
        self.buckets = buckets
        self.key = key
        self.pieces = np.zeros((0, 1), np.int32)

    def bind(self, info: DataInfo) -> DataInfo:
        tokens = info.fact(Vocabulary).tokens
        own = tf.range(len(tokens))[:, None]
        ngrams = self._ngrams(tf.constant(tokens), len(tokens))
        self.pieces = tf.concat([own, ngrams], axis=1).to_tensor(PADDING_ID).numpy()  # (vocabulary, pieces)
        return info.with_fact(SubwordTable(self.pieces, len(tokens) + self.buckets))

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        return ds.map(self._with_pieces, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)

    def serve(self, examples: Examples) -> Examples:
        spelling = make_spelling_key(self.key)
        if spelling not in examples:
            raise ConfigError(
                f"stages: {self!r} needs the spelling of served words: set `spelled: true` of word_ids. "
                f"Received: {', '.join(examples)}"
            )
        words = examples[spelling]  # ragged (batch, words) strings
        ngrams = words.with_values(self._ngrams(words.values, len(self.pieces)))  # ragged (batch, words, n-grams)
        others = {key: value for key, value in examples.items() if key != spelling}
        own = others["text"]  # (batch, words, 1), -1 for unknown ones
        found = ngrams.to_tensor(PADDING_ID, shape=[None, None, None])
        return {**others, "text": tf.concat([own, found], axis=2)}

    def _with_pieces(self, example: Examples) -> Examples:
        words = example["words"][..., 0]
        pieces = tf.gather(tf.constant(self.pieces), tf.maximum(words, 0))
        return {**example, "words": tf.where(words[..., None] == PADDING_ID, PADDING_ID, pieces)}

    def _ngrams(self, words: tf.Tensor, first: int) -> tf.RaggedTensor:
        return hash_character_ngrams(words, first, self.buckets, self.least, self.most)
