"""Brighter, flatter, paler and shifted colours: functions of images with numbers from 0 to 1."""

from __future__ import annotations

import tensorflow as tf

LUMA = (0.2989, 0.587, 0.114)  # of red, green and blue in what the eye sees as brightness


def rgb_to_grayscale(image: tf.Tensor) -> tf.Tensor:
    """(..., height, width, 1), the brightness of each pixel; of a grey image itself."""
    if image.shape[-1] == 1:
        return image
    return tf.reduce_sum(image * tf.constant(LUMA, image.dtype), axis=-1, keepdims=True)


def blend(image: tf.Tensor, other: tf.Tensor, factor: tf.Tensor) -> tf.Tensor:
    """clip(other + factor (image - other)): 0 gives the other, 1 the image, above 1 goes away from the other."""
    return tf.clip_by_value(other + factor * (image - other), 0, 1)


def adjust_brightness(image: tf.Tensor, factor: tf.Tensor) -> tf.Tensor:
    """clip(factor image)."""
    return tf.clip_by_value(factor * image, 0, 1)


def adjust_contrast(image: tf.Tensor, factor: tf.Tensor) -> tf.Tensor:
    """Blended with the mean brightness of the image."""
    return blend(image, tf.reduce_mean(rgb_to_grayscale(image), axis=(-3, -2), keepdims=True), factor)


def adjust_saturation(image: tf.Tensor, factor: tf.Tensor) -> tf.Tensor:
    """Blended with its own grey picture."""
    return blend(image, rgb_to_grayscale(image), factor)


def adjust_hue(image: tf.Tensor, shift: tf.Tensor) -> tf.Tensor:
    """Hues turned by `shift` of the circle of colours, -0.5 to 0.5; (..., height, width, 3)."""
    return tf.clip_by_value(tf.image.adjust_hue(image, shift), 0, 1)
