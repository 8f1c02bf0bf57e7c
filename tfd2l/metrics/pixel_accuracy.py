"""Pixel accuracy of a segmentation."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.metrics.base.options import MetricOptions
from tfd2l.metrics.base.pixel_weights import weigh_pixels
from tfd2l.ops.vision.pixels import IGNORED_CLASS


@keras.saving.register_keras_serializable(package="tfd2l")
class PixelAccuracy(keras.metrics.Mean):
    """Computes the share of pixels, over all images, whose class has the largest logit.

    Args:
        ignore: value of the pixels of a mask that have no class; they do not count.
        name: in the logs.
        kwargs: of `keras.metrics.Mean`.

    Shapes: mask (batch, height, width), logits (batch, height, width, classes); sample weights (batch,).

    Example:
        >>> from tfd2l.metrics.pixel_accuracy import PixelAccuracy
        >>> metric = PixelAccuracy(ignore=255)
        >>> metric.update_state([[[0, 1, 255]]], [[[[2.0, 1.0], [2.0, 1.0], [2.0, 1.0]]]])
        >>> print(metric.result().numpy())
        0.5

    References:
        Section 13.11.
    """

    _direction = "up"  # which way it gets better, as Keras' own metrics say it

    def __init__(
        self, ignore: int = IGNORED_CLASS, name: str = "pixel_accuracy", **kwargs: Unpack[MetricOptions]
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.ignore = ignore

    def update_state(self, y_true: tf.Tensor, y_pred: tf.Tensor, sample_weight: tf.Tensor | None = None) -> None:
        mask = tf.cast(y_true, tf.int32)
        correct = tf.argmax(y_pred, axis=-1, output_type=tf.int32) == mask
        super().update_state(tf.cast(correct, tf.float32), weigh_pixels(mask, self.ignore, sample_weight))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "ignore": self.ignore}
