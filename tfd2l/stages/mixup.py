"""Mixup augmentation."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import Fraction, PositiveFloat
from tfd2l.stages.base.batch_mixing import BatchMixing


class MixUp(BatchMixing):
    """Blends each training image with another one of the batch, x' = s x + (1 - s) x_other, and their labels alike.

    It comes after `batch`; s is drawn for each image from Beta(alpha, alpha). Labels become probabilities, (batch,
    classes), so the loss is `categorical_crossentropy`. Keras' `MixUp` draws from a state, so that a run could not be
    resumed at the same numbers.

    Args:
        alpha: At 0.2 most images are nearly whole; at 1 every share is as likely.
        probability: That an image is mixed at all.

    Raises:
        ValueError: An alpha that is not positive, a probability outside of [0, 1].
        ConfigError: What comes is no batch of images with labels of named classes.

    References:
        - Zhang et al. 2018, *mixup: Beyond Empirical Risk Minimization*.
    """

    @check_bounds
    def __init__(self, alpha: PositiveFloat = 0.2, probability: Fraction = 1.0) -> None:
        super().__init__(alpha, probability)

    def mix(self, x: tf.Tensor, other: tf.Tensor, share: tf.Tensor, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        part = tf.cast(share[:, tf.newaxis, tf.newaxis, tf.newaxis], x.dtype)
        return part * x + (1 - part) * other, share
