"""CutMix augmentation."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import Fraction, PositiveFloat
from tfd2l.stages.base.batch_mixing import BatchMixing


class CutMix(BatchMixing):
    """Replaces a rectangle of each training image by that of another one; labels are mixed by the share of pixels.

    It comes after `batch`; the rectangle has the image's proportion, covers 1 - s of it with s from Beta(alpha, alpha),
    and its center is anywhere, so that it may be cut off at the edge; s is then the share that is left of the image.
    Labels become probabilities, (batch, classes), so the loss is `categorical_crossentropy`. Keras' `CutMix` draws from
    a state, so that a run could not be resumed at the same numbers.

    Args:
        alpha: At 1 every share is as likely.
        probability: That an image is mixed at all.

    Raises:
        ValueError: An alpha that is not positive, a probability outside of [0, 1].
        ConfigError: What comes is no batch of images with labels of named classes.

    References:
        - Yun et al. 2019, *CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features*.
    """

    @check_bounds
    def __init__(self, alpha: PositiveFloat = 1.0, probability: Fraction = 1.0) -> None:
        super().__init__(alpha, probability)

    def mix(self, x: tf.Tensor, other: tf.Tensor, share: tf.Tensor, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        side = tf.sqrt(1 - share)[:, tf.newaxis]  # (batch, 1): of the rectangle, as a share of the image's
        centers = tf.random.stateless_uniform([tf.shape(x)[0], 2], seed)
        inside = []
        for axis in (0, 1):
            pixels = tf.shape(x)[axis + 1]
            length = tf.cast(pixels, tf.float32)
            place, half = centers[:, axis, tf.newaxis] * length, side * length / 2  # (batch, 1)
            first, last = tf.round(place - half), tf.round(place + half)
            index = tf.range(pixels, dtype=tf.float32)  # (pixels,)
            inside.append((index >= first) & (index < last))  # (batch, pixels)
        replaced = inside[0][:, :, tf.newaxis] & inside[1][:, tf.newaxis]  # (batch, height, width)
        left = 1 - tf.reduce_mean(tf.cast(replaced, tf.float32), axis=(1, 2))  # (batch,)
        return tf.where(replaced[..., tf.newaxis], other, x), left
