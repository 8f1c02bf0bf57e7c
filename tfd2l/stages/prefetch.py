"""Prefetching of batches."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.stages.base.stage import Stage


class Prefetch(Stage):
    """Prefetches batches while the model computes.

    Args:
        buffer_size: Batches; None lets tf.data choose.
    """

    arranges = True

    @check_bounds
    def __init__(self, buffer_size: PositiveInt | None = None) -> None:
        self.buffer_size = buffer_size

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        return ds.prefetch(self.buffer_size or tf.data.AUTOTUNE)
