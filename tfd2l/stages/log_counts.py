"""Targets and weights of GloVe."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveFloat
from tfd2l.ops.text.glove_weight import compute_glove_weight
from tfd2l.stages.base.stage import Examples, Stage


class LogCounts(Stage):
    """Computes the logarithms of co-occurrence counts and their weights h(count), for training GloVe.

    x: `words` and `others`, (batch,) ids; y: (batch,) the logarithms; weights: (batch,) h(count).

    Args:
        most: The count from which on a pair weighs 1.
        power: Below, it weighs (count / most)^power.

    Raises:
        ValueError: One that is not positive.

    References:
        - Pennington et al. 2014.
        - Section 14.5.
    """

    reads = ("words", "others", "counts")

    @check_bounds
    def __init__(self, most: PositiveFloat = 100.0, power: PositiveFloat = 0.75) -> None:
        self.most = most
        self.power = power

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        return ds.map(self._weighted, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)

    def _weighted(self, example: Examples) -> Any:
        counts = example["counts"]
        x = {"words": example["words"], "others": example["others"]}
        return x, tf.math.log(counts), compute_glove_weight(counts, self.most, self.power)
