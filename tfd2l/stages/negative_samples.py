"""Negative sampling, with noise words of its own for every word."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.data.info import DataInfo
from tfd2l.ops.text.context_windows import PADDING_ID
from tfd2l.ops.text.negative_sampling import POWER, make_noise_sampler, pack_candidates, sample_negatives
from tfd2l.stages.base.known_words import get_known_frequencies
from tfd2l.stages.base.random_stage import RandomStage
from tfd2l.stages.base.stage import Examples


class NegativeSamples(RandomStage):
    """Draws noise words for each target word, for training word vectors with negative sampling.

    Batches of `words` and `targets` become batches that ask of each candidate whether it is a target or noise.

    x: words (batch, 1, ...), candidates (batch, m): the targets, then `count` noise words for each, of which none is
    one of the row's targets, then zeros. y: (batch, 1, m), 1 for the targets. Weights: (batch, 1, m), 0 for what fills
    up.

    Args:
        count: K, noise words of a target.
        power: Noise is drawn in proportion to frequency^power.
        average: Let each row weigh 1, as the book's loss does; else each pair weighs 1.

    Raises:
        ValueError: Fewer than one noise word.

    References:
        - Mikolov et al. 2013.
        - Sections 14.2, 14.3.
    """

    reads = ("words", "targets")

    @check_bounds
    def __init__(self, count: PositiveInt = 5, power: float = POWER, average: bool = False) -> None:
        self.count = count
        self.power = power
        self.average = average

    def bind(self, info: DataInfo) -> DataInfo:
        self._sampler = make_noise_sampler(get_known_frequencies(info, self), self.power)
        return info

    def draw(self, example: Examples, seed: tf.Tensor) -> Any:
        targets = example["targets"]  # (batch, targets)
        noise, allowed = sample_negatives(self._sampler, targets, targets.shape[1] * self.count, seed)
        there = targets != PADDING_ID
        contexts = tf.ragged.boolean_mask(targets, there)
        noise = tf.ragged.boolean_mask(noise, tf.repeat(there, self.count, axis=1) & allowed)
        candidates, labels, weights = pack_candidates(contexts, noise, targets.shape[1] * (1 + self.count))
        if self.average:
            weights = tf.math.divide_no_nan(weights, tf.reduce_sum(weights, axis=1, keepdims=True))
        x = {"words": example["words"], "candidates": candidates}
        return x, labels[:, None, :], weights[:, None, :]
