"""EXIF orientation: conversion of pixels and boxes from the stored to the displayed image.

| orientation | stored -> displayed |
|---|---|
| 1, 2, 3, 4 | unchanged, mirrored left to right, rotated by 180 degrees, mirrored top to bottom |
| 5, 6, 7, 8 | transposed, then unchanged, mirrored left to right, rotated by 180 degrees, mirrored top to bottom |
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf

TRANSPOSED = 5  # and higher ones
LEFT_TO_RIGHT, TOP_TO_BOTTOM = (2, 3, 6, 7), (3, 4, 7, 8)


def orient_image(pixels: tf.Tensor, orientation: tf.Tensor) -> tf.Tensor:
    """Transposes and mirrors an image or mask as its EXIF orientation says.

    Args:
        pixels: A tensor of shape `(height, width, channels)` or `(height, width)`, as stored.
        orientation: The EXIF orientation, a scalar integer from 1 to 8.

    Returns:
        A tensor as it is displayed: height and width are exchanged for orientations from 5.

    Example:
        >>> from tfd2l.ops.vision.image_orientation import orient_image
        >>> orient_image(tf.constant([[1, 2, 3], [4, 5, 6]]), 6).numpy()
        array([[4, 1],
               [5, 2],
               [6, 3]], dtype=int32)

    References:
        - CIPA DC-008, *Exchangeable image file format for digital still cameras: Exif*, tag 0x0112.
    """
    orientation = tf.cast(orientation, tf.int32)
    others = list(range(2, pixels.shape.rank))
    pixels = tf.cond(orientation >= TRANSPOSED, lambda: tf.transpose(pixels, [1, 0, *others]), lambda: pixels)
    pixels = _mirror(pixels, 1, tf.reduce_any(tf.equal(orientation, LEFT_TO_RIGHT)))
    return _mirror(pixels, 0, tf.reduce_any(tf.equal(orientation, TOP_TO_BOTTOM)))


def _mirror(pixels: tf.Tensor, axis: int, is_mirrored: tf.Tensor) -> tf.Tensor:
    return tf.cond(is_mirrored, lambda: tf.reverse(pixels, [axis]), lambda: pixels)


def orient_corners(corners: np.ndarray, orientation: int) -> np.ndarray:
    """Converts boxes of a stored image to boxes of the displayed image.

    Args:
        corners: An array of shape `(n, 4)`: boxes `[x_min, y_min, x_max, y_max]` in normalized coordinates.
        orientation: The EXIF orientation, from 1 to 8.

    Returns:
        An array of shape `(n, 4)`.

    Example:
        >>> from tfd2l.ops.vision.image_orientation import orient_corners
        >>> orient_corners(np.array([[0.0, 0.0, 0.5, 0.25]]), 6)
        array([[0.75, 0.  , 1.  , 0.5 ]])
    """
    x, y = corners[:, 0::2], corners[:, 1::2]  # (n, 2) each
    if orientation >= TRANSPOSED:
        x, y = y, x
    if orientation in LEFT_TO_RIGHT:
        x = 1 - x[:, ::-1]
    if orientation in TOP_TO_BOTTOM:
        y = 1 - y[:, ::-1]
    return np.stack([x[:, 0], y[:, 0], x[:, 1], y[:, 1]], axis=1)


def compute_displayed_size(height: int, width: int, orientation: int) -> tuple[int, int]:
    """Computes the size of the displayed image.

    Args:
        height: The height of the stored image.
        width: The width of the stored image.
        orientation: The EXIF orientation, from 1 to 8.

    Returns:
        Height and width.

    Example:
        >>> from tfd2l.ops.vision.image_orientation import compute_displayed_size
        >>> compute_displayed_size(480, 640, 6)
        (640, 480)
    """
    return (width, height) if orientation >= TRANSPOSED else (height, width)
