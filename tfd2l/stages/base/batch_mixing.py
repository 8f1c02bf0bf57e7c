"""Base class of stages that mix images of a batch."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import Fraction, PositiveFloat
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.stages.base.random_stage import Augmentation, fold_in
from tfd2l.stages.base.stage import Examples

Batch = tuple[Any, ...]


class BatchMixing(Augmentation):
    """Base class of augmentations that mix each image of a training batch with another one, and their labels alike.

    It comes after the stage `batch`. Labels become probabilities, (batch, classes) float32: the loss is to take those
    (`loss=categorical_crossentropy`). Each row keeps the weight it has. Validation and test are as they were.

    Args:
        alpha: Shares are drawn from Beta(alpha, alpha): most are near 0 or 1 if it is small, all are alike at 1.
        probability: That an image is mixed at all.

    Raises:
        ValueError: An alpha that is not positive, a probability outside of [0, 1].
        ConfigError: What comes is no batch of images with labels of named classes.
    """

    @check_bounds
    def __init__(self, alpha: PositiveFloat, probability: Fraction) -> None:
        self.alpha = alpha
        self.probability = probability
        self._classes = 0

    def mix(self, x: tf.Tensor, other: tf.Tensor, share: tf.Tensor, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Mixes two batches of images; returns the mixtures, and which share of each is the first one's.

        Args:
            x: (batch, height, width, channels).
            other: (batch, height, width, channels).
            share: (batch,), the share that is wanted of `x`, from 0 to 1.
            seed: (2,) int64.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say how it mixes")

    def bind(self, info: DataInfo) -> DataInfo:
        self._classes = len(info.class_names)
        return info

    def draw(self, batch: Examples | Batch, seed: tf.Tensor) -> Batch:
        name = type(self).__name__.lower()
        if not isinstance(batch, tuple) or not isinstance(batch[0], tf.Tensor) or batch[0].shape.rank != 4:
            raise ConfigError(
                f"stages: {name} mixes the images of a batch: put it after the stage `batch` with `inputs: [image]`. "
                f"Received: {tf.nest.map_structure(lambda value: tuple(value.shape), batch)}"
            )
        x, y, *weights = batch
        if self._classes == 0:
            raise ConfigError(f"stages: {name} needs data whose classes have names. Received: no class_names")
        y = y if y.dtype.is_floating else tf.one_hot(y, self._classes)  # (batch, classes)
        rows = tf.shape(x)[0]
        partner = tf.random.experimental.stateless_shuffle(tf.range(rows), fold_in(seed, 0))
        share = self._shares(rows, seed)  # (batch,)
        mixed, share = self.mix(x, tf.gather(x, partner), share, fold_in(seed, 4))
        share = share[:, tf.newaxis]
        return tf.ensure_shape(mixed, x.shape), share * y + (1 - share) * tf.gather(y, partner), *weights

    def _shares(self, rows: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """(rows,) of Beta(alpha, alpha), as the share of one of two Gamma numbers; 1 in rows that are not mixed."""
        one, two = (tf.random.stateless_gamma([rows], fold_in(seed, place), self.alpha) for place in (1, 2))
        share = tf.math.divide_no_nan(one, one + two)
        mixed = tf.random.stateless_uniform([rows], fold_in(seed, 3)) < self.probability
        return tf.where(mixed, share, tf.ones_like(share))
