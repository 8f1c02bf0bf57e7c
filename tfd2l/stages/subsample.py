"""Subsampling of frequent words."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveFloat
from tfd2l.data.info import DataInfo
from tfd2l.ops.text.subsampling import compute_keep_probability
from tfd2l.stages.base.known_words import get_known_frequencies
from tfd2l.stages.base.random_stage import RandomStage
from tfd2l.stages.base.stage import Examples


class Subsample(RandomStage):
    """Drops frequent words at random: each is kept with probability min(1, sqrt(t / f)), f its share of train.

    Other words are kept in every epoch.

    Unknown words are left out altogether, as the book does it; they count for no share.

    Args:
        threshold: T; None keeps all known words.
        key: Of the chunks of sentences, ragged (sentences, words) ids.

    Raises:
        ValueError: A threshold that is not positive.

    References:
        - Mikolov et al. 2013.
        - Section 14.3.
    """

    resizes = True

    @check_bounds
    def __init__(self, threshold: PositiveFloat | None = 1e-4, key: str = "text") -> None:
        self.threshold = threshold
        self.key = key
        self.reads = (key,)
        self._keep = np.zeros(0, np.float32)

    def bind(self, info: DataInfo) -> DataInfo:
        known = get_known_frequencies(info, self)
        self._keep = (known > 0 if self.threshold is None else compute_keep_probability(known, self.threshold)).astype(
            "f"
        )
        return info

    def draw(self, example: Examples, seed: tf.Tensor) -> Examples:
        sentences = example[self.key]  # ragged (sentences, words)
        luck = tf.random.stateless_uniform([tf.size(sentences.values)], seed)
        kept = luck < tf.gather(tf.constant(self._keep), sentences.values)
        return {**example, self.key: tf.ragged.boolean_mask(sentences, sentences.with_values(kept))}
