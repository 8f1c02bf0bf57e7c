"""Brightness, contrast, saturation and hue of images whose values are in [0, 1]."""

from __future__ import annotations

import tensorflow as tf

LUMA = (0.2989, 0.587, 0.114)  # weights of red, green and blue


def rgb_to_grayscale(image: tf.Tensor) -> tf.Tensor:
    """Converts images to grayscale.

        gray = 0.2989 red + 0.587 green + 0.114 blue

    Args:
        image: A tensor of shape `(..., height, width, channels)`, of 1 or 3 channels.

    Returns:
        A tensor of shape `(..., height, width, 1)`; the image itself if it has one channel.

    Example:
        >>> from tfd2l.ops.vision.color_adjustments import rgb_to_grayscale
        >>> rgb_to_grayscale(tf.constant([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]])).numpy()
        array([[[0.2989],
                [0.587 ]]], dtype=float32)
    """
    if image.shape[-1] == 1:
        return image
    return tf.reduce_sum(image * tf.constant(LUMA, image.dtype), axis=-1, keepdims=True)


def blend(image: tf.Tensor, other: tf.Tensor, factor: tf.Tensor) -> tf.Tensor:
    """Blends two images, and clips the result to [0, 1].

        clip(other + factor (image - other), 0, 1)

    Args:
        image: A tensor of shape `(..., height, width, channels)`.
        other: A tensor whose shape broadcasts with that of the image.
        factor: A scalar. With 0 the result is `other`, with 1 the image; above 1 it is extrapolated away from `other`.

    Returns:
        A tensor of the image's shape.

    Example:
        >>> from tfd2l.ops.vision.color_adjustments import blend
        >>> blend(tf.constant([0.5, 0.8]), tf.constant([0.1, 0.1]), 1.5).numpy()
        array([0.7, 1. ], dtype=float32)
    """
    return tf.clip_by_value(other + factor * (image - other), 0, 1)


def adjust_brightness(image: tf.Tensor, factor: tf.Tensor) -> tf.Tensor:
    """Multiplies images by a factor, and clips the result to [0, 1].

    Args:
        image: A tensor of shape `(..., height, width, channels)`.
        factor: A scalar, not negative. Below 1 the image becomes darker, above 1 brighter.

    Returns:
        A tensor of the image's shape.

    Example:
        >>> from tfd2l.ops.vision.color_adjustments import adjust_brightness
        >>> adjust_brightness(tf.constant([[[0.2, 0.4, 0.8]]]), 1.5).numpy()
        array([[[0.3, 0.6, 1. ]]], dtype=float32)
    """
    return tf.clip_by_value(factor * image, 0, 1)


def adjust_contrast(image: tf.Tensor, factor: tf.Tensor) -> tf.Tensor:
    """Blends images with the mean of their grayscale values.

    Args:
        image: A tensor of shape `(..., height, width, channels)`, of 1 or 3 channels.
        factor: A scalar, not negative. Below 1 the contrast becomes lower, above 1 higher.

    Returns:
        A tensor of the image's shape, clipped to [0, 1].

    Example:
        >>> from tfd2l.ops.vision.color_adjustments import adjust_contrast
        >>> adjust_contrast(tf.constant([[[0.2], [0.6]]]), 0.5).numpy()
        array([[[0.3],
                [0.5]]], dtype=float32)
    """
    return blend(image, tf.reduce_mean(rgb_to_grayscale(image), axis=(-3, -2), keepdims=True), factor)


def adjust_saturation(image: tf.Tensor, factor: tf.Tensor) -> tf.Tensor:
    """Blends images with their grayscale version.

    Args:
        image: A tensor of shape `(..., height, width, channels)`, of 1 or 3 channels.
        factor: A scalar, not negative. 0 gives a grayscale image; above 1 colors become more intense.

    Returns:
        A tensor of the image's shape, clipped to [0, 1].

    Example:
        >>> from tfd2l.ops.vision.color_adjustments import adjust_saturation
        >>> adjust_saturation(tf.constant([[[0.2, 0.4, 0.8]]]), 0.0).numpy()
        array([[[0.3858, 0.3858, 0.3858]]], dtype=float32)
    """
    return blend(image, rgb_to_grayscale(image), factor)


def adjust_hue(image: tf.Tensor, shift: tf.Tensor) -> tf.Tensor:
    """Shifts the hue of images.

    Args:
        image: A tensor of shape `(..., height, width, 3)`.
        shift: A scalar in [-0.5, 0.5], as a fraction of the color circle.

    Returns:
        A tensor of the image's shape, clipped to [0, 1].

    Example:
        >>> from tfd2l.ops.vision.color_adjustments import adjust_hue
        >>> adjust_hue(tf.constant([[[1.0, 0.0, 0.0]]]), 1 / 3).numpy().round(3)
        array([[[0., 1., 0.]]], dtype=float32)
    """
    return tf.clip_by_value(tf.image.adjust_hue(image, shift), 0, 1)
