"""Turn what a camera stored into what is displayed (EXIF orientation): pixels and corners of boxes.

| orientation | stored -> displayed |
|---|---|
| 1, 2, 3, 4 | as it is, mirrored left to right, turned by 180 degrees, mirrored top to bottom |
| 5, 6, 7, 8 | transposed; then as it is, mirrored left to right, turned by 180 degrees, mirrored top to bottom |
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf

TRANSPOSED = 5  # from it on
LEFT_TO_RIGHT, TOP_TO_BOTTOM = (2, 3, 6, 7), (3, 4, 7, 8)


def orient_image(pixels: tf.Tensor, orientation: tf.Tensor) -> tf.Tensor:
    """Returns an image or a mask as it is displayed.

    Args:
        pixels: (height, width, channels) or (height, width).
        orientation: () integer, 1 to 8.

    References:
        CIPA DC-008, *Exchangeable image file format for digital still cameras: Exif*, tag 0x0112.
    """
    orientation = tf.cast(orientation, tf.int32)
    others = list(range(2, pixels.shape.rank))
    pixels = tf.cond(orientation >= TRANSPOSED, lambda: tf.transpose(pixels, [1, 0, *others]), lambda: pixels)
    pixels = _mirrored(pixels, 1, tf.reduce_any(tf.equal(orientation, LEFT_TO_RIGHT)))
    return _mirrored(pixels, 0, tf.reduce_any(tf.equal(orientation, TOP_TO_BOTTOM)))


def _mirrored(pixels: tf.Tensor, axis: int, is_mirrored: tf.Tensor) -> tf.Tensor:
    return tf.cond(is_mirrored, lambda: tf.reverse(pixels, [axis]), lambda: pixels)


def orient_corners(corners: np.ndarray, orientation: int) -> np.ndarray:
    """Returns boxes of a stored image as boxes of the displayed one.

    Args:
        corners: (n, 4), x_min, y_min, x_max, y_max in normalized coordinates.
        orientation: 1 to 8.
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
    """Returns height and width of the displayed image."""
    return (width, height) if orientation >= TRANSPOSED else (height, width)
