"""Batches of rows of larger chunks."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.stages.base.random_stage import RandomStage, fold_in
from tfd2l.stages.base.stage import Examples


class Rebatch(RandomStage):
    """Shuffles the rows of each chunk and cuts the chunks into batches.

    Rows are moved many at a time, which `shuffle` and `batch` cannot. Train leaves out what does not fill a batch.

    Args:
        batch_size: Rows of a batch.

    Raises:
        ValueError: A size below 1.
    """

    @check_bounds
    def __init__(self, batch_size: PositiveInt) -> None:
        self.batch_size = batch_size

    def draw(self, example: Examples, seed: tf.Tensor) -> Examples:
        rows = tf.shape(next(iter(example.values())))[0]
        order = tf.random.experimental.stateless_shuffle(tf.range(rows), fold_in(seed, 1))
        return {key: tf.gather(values, order) for key, values in example.items()}

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        chunks = super().__call__(ds, split=split, seed=seed) if split == "train" else ds
        return chunks.rebatch(self.batch_size, drop_remainder=split == "train")
