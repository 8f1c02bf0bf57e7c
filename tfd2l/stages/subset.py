"""Random subsets of the train split."""

from __future__ import annotations

import dataclasses

import numpy as np
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveFraction, Seed
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.stages.base.stage import Stage


class Subset(Stage):
    """Keeps a random part of the train split; validation and test stay whole.

    round(fraction n) of n examples, in their order. Of the same seed, the part of a smaller fraction lies in that of a
    larger one, so that a learning curve adds examples and exchanges none.

    Args:
        fraction: Of the training examples, above 0 and at most 1.
        seed: Another one draws others.

    Raises:
        ConfigError: A fraction out of range, or one that leaves no example; the number of examples is not known.
    """

    applies_to = "train"
    arranges = True

    @check_bounds
    def __init__(self, fraction: PositiveFraction = 1.0, seed: Seed = 0) -> None:
        self.fraction = fraction
        self.seed = seed

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        if self.fraction == 1:
            return ds
        size = int(ds.cardinality())
        if size < 0:
            raise ConfigError(
                "subset: how many examples there are is not known before they are read; put it first of the stages. "
                f"Received: fraction={self.fraction}"
            )
        drawn = np.zeros(size, bool)
        drawn[np.random.default_rng(self.seed).permutation(size)[: self._kept(size)]] = True
        is_drawn = tf.constant(drawn)  # (size,): in the graph, so that nothing but its flag is held of an example
        kept = ds.enumerate().filter(lambda index, _: is_drawn[index]).map(lambda _, example: example)
        return kept.apply(tf.data.experimental.assert_cardinality(int(drawn.sum())))

    def bind(self, info: DataInfo) -> DataInfo:
        return dataclasses.replace(info, sizes={**info.sizes, "train": self._kept(info.sizes["train"])})

    def _kept(self, size: int) -> int:
        kept = round(self.fraction * size)
        if kept < 1:
            raise ConfigError(f"subset: no example is left of {size}. Received: fraction={self.fraction}")
        return kept
