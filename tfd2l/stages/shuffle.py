"""Shuffling of training examples."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.errors import ConfigError
from tfd2l.stages.base.stage import Stage


class Shuffle(Stage):
    """Shuffles the training examples anew in every epoch.

    The order is a function of the run's seed and the epoch alone, so that a run can be resumed.

    Args:
        buffer_size: Examples to draw from; None means the whole split.

    Raises:
        ConfigError: The size of the split is unknown and there is no buffer size.
    """

    applies_to = "train"
    varies = True
    arranges = True

    @check_bounds
    def __init__(self, buffer_size: PositiveInt | None = None) -> None:
        self.buffer_size = buffer_size

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        size = self.buffer_size or int(ds.cardinality())
        if size < 1:
            raise ConfigError(
                f"shuffle: give a buffer_size, since how many examples the {split} split has is not known before it is "
                f"read. Received: buffer_size={self.buffer_size}"
            )
        return ds.shuffle(size, seed=seed, reshuffle_each_iteration=False)
