"""Conversions between bytes, normalized images and the pixels that a pretrained network takes."""

from __future__ import annotations

from typing import Literal

import numpy as np
import tensorflow as tf

from tfd2l.ops.vision.pixels import IMAGENET_MEAN, IMAGENET_STD, MAX_PIXEL_VALUE

Pixels = Literal["torch", "caffe", "unit"]
CAFFE_MEAN = (103.939, 116.779, 123.68)  # of ImageNet's blue, green and red, from 0 to 255


def normalize_image(image: np.ndarray) -> tf.Tensor:
    """Converts bytes to a normalized image: each channel less ImageNet's mean, over its standard deviation.

    Args:
        image: Array of uint8, of shape `(..., 3)`.

    Returns:
        A float32 tensor of the same shape.
    """
    return (tf.cast(image, tf.float32) / MAX_PIXEL_VALUE - tf.constant(IMAGENET_MEAN)) / tf.constant(IMAGENET_STD)


def denormalize_image(image: tf.Tensor) -> tf.Tensor:
    """Converts a normalized image to bytes, clipped to 0 and 255.

    Args:
        image: Tensor of shape `(..., 3)`.

    Returns:
        A uint8 tensor of the same shape.
    """
    unit = tf.clip_by_value(image * tf.constant(IMAGENET_STD) + tf.constant(IMAGENET_MEAN), 0.0, 1.0)
    return tf.cast(tf.round(MAX_PIXEL_VALUE * unit), tf.uint8)


def convert_pixels(image: tf.Tensor, pixels: Pixels) -> tf.Tensor:
    """Converts a normalized image to the pixels that a network takes.

    Args:
        image: Normalized image of shape `(..., 3)`.
        pixels: `"torch"`: normalized; `"unit"`: from 0 to 1; `"caffe"`: from 0 to 255, blue first, less the mean.

    Returns:
        A tensor of the same shape.
    """
    if pixels == "torch":
        return image
    unit = image * tf.constant(IMAGENET_STD) + tf.constant(IMAGENET_MEAN)
    return unit if pixels == "unit" else MAX_PIXEL_VALUE * unit[..., ::-1] - tf.constant(CAFFE_MEAN)
