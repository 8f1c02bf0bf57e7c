"""Bounding boxes of objects in a crop of an image."""

from __future__ import annotations

import tensorflow as tf


def crop_objects(objects: tf.Tensor, window: tf.Tensor) -> tf.Tensor:
    """Converts bounding boxes of objects to the coordinates of a crop, and clips them to it.

    An object is dropped if its center lies outside the crop or if its clipped box has no area: its row becomes padding,
    `[-1, 0, 0, 0, 0]`, at the same place.

    Args:
        objects: A tensor of shape `(..., m, 5)`: rows `[class, x_min, y_min, x_max, y_max]` in normalized coordinates
            of the image. Rows with a class below 0 are padding.
        window: A tensor of shape `(4,)`: the crop `[x_min, y_min, x_max, y_max]` in normalized coordinates of the
            image. It may be larger than the image.

    Returns:
        A tensor of shape `(..., m, 5)`, in normalized coordinates of the crop.

    Example:
        >>> from tfd2l.ops.vision.cropped_objects import crop_objects
        >>> objects = tf.constant([[4.0, 0.4, 0.6, 0.8, 1.0], [5.0, 0.0, 0.0, 0.2, 0.2]])
        >>> crop_objects(objects, tf.constant([0.5, 0.5, 1.0, 1.0])).numpy()
        array([[ 4. ,  0. ,  0.2,  0.6,  1. ],
               [-1. ,  0. ,  0. ,  0. ,  0. ]], dtype=float32)
    """
    classes, corners = objects[..., :1], objects[..., 1:]  # (..., m, 1), (..., m, 4)
    origin, size = window[:2], window[2:] - window[:2]  # (2,) each
    shifted = (corners - tf.tile(origin, [2])) / tf.tile(size, [2])
    centers = (shifted[..., :2] + shifted[..., 2:]) / 2  # (..., m, 2)
    inside = tf.reduce_all((centers >= 0) & (centers <= 1), axis=-1, keepdims=True)  # (..., m, 1)
    clipped = tf.clip_by_value(shifted, 0, 1)  # (..., m, 4)
    has_area = tf.reduce_all(clipped[..., 2:] > clipped[..., :2], axis=-1, keepdims=True)
    padding = tf.constant([-1.0, 0, 0, 0, 0], objects.dtype)
    return tf.where((classes >= 0) & inside & has_area, tf.concat([classes, clipped], axis=-1), padding)
