"""Co-occurrence counts of words, for GloVe."""

from __future__ import annotations

from functools import reduce

import numpy as np
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.stages.base.known_words import KnownWords
from tfd2l.stages.base.stage import Examples
from tfd2l.text.cooccurrences import PairCounts, count_cooccurrences

CHUNK = 1 << 20  # pairs


class Cooccurrences(KnownWords):
    """Counts how often pairs of words stand near each other: examples are `words`, `others` and `counts`, each (n,).

    Words are ids; counts are above 0.

    They are counted once, on train, which is the only split (`dataset.held_out=false`): the counts of another one
    would be of another size. Unknown words count for nothing. Served, `text` is (batch, words, 1), without unknown
    words.

    Args:
        window: The greatest distance of two words.
        by_distance: Let a pair at distance d count 1 / d; else 1.
        key: Of the chunks, ragged (sentences, words) ids.

    Raises:
        ValueError: A window below 1.

    References:
        - Pennington et al. 2014.
        - Section 14.5.
    """

    @check_bounds
    def __init__(self, window: PositiveInt = 10, by_distance: bool = True, key: str = "text") -> None:
        super().__init__(key)
        self.window = window
        self.by_distance = by_distance
        self._train: tf.data.Dataset | None = None
        self.counted: PairCounts | None = None

    def fit(self, train: tf.data.Dataset) -> None:
        self._train = train

    def bind(self, info: DataInfo) -> DataInfo:
        assert self._train is not None, "fit first"
        info = super().bind(info)
        chunks = (chunk[self.key] for chunk in self._train)
        self.counted = count_cooccurrences(chunks, self.is_known, self.window, self.by_distance)
        return info

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        if split != "train":
            raise ConfigError(
                f"stages: {self!r} counts in train alone; set `dataset.held_out=false`. Received: a {split} split"
            )
        assert self.counted is not None, "bind the stage first"
        order = np.random.default_rng(seed).permutation(len(self.counted.counts))  # a chunk is of all kinds of words
        columns = {key: values[order] for key, values in self.counted._asdict().items()}
        pieces = []
        for start in range(0, len(order), CHUNK):
            some = {key: values[start : start + CHUNK] for key, values in columns.items()}
            pieces.append(tf.data.Dataset.from_tensors(some).map(_of_any_length))
        return reduce(tf.data.Dataset.concatenate, pieces)


def _of_any_length(chunk: Examples) -> Examples:
    """Chunks of several lengths have one specification."""
    return {key: tf.ensure_shape(tf.gather(values, tf.range(tf.size(values))), [None]) for key, values in chunk.items()}
