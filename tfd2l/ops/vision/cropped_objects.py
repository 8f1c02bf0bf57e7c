"""The boxes of an image's objects, seen from a part of the image."""

from __future__ import annotations

import tensorflow as tf


def crop_objects(objects: tf.Tensor, window: tf.Tensor) -> tf.Tensor:
    """Objects in the coordinates of a window, cut off at its edges.

    An object is dropped when its centre lies outside the window, or when nothing of it is left: its row becomes one
    that only fills up, [-1, 0, 0, 0, 0], at its place.

    Args:
        objects: (..., m, 5), rows [class, x_min, y_min, x_max, y_max] in shares of the image; class below 0 fills up.
        window: (4,) [x_min, y_min, x_max, y_max] in shares of the image; it may be larger than the image.

    Returns:
        (..., m, 5), in shares of the window.
    """
    classes, corners = objects[..., :1], objects[..., 1:]  # (..., m, 1), (..., m, 4)
    origin, size = window[:2], window[2:] - window[:2]  # (2,) each
    moved = (corners - tf.tile(origin, [2])) / tf.tile(size, [2])
    centers = (moved[..., :2] + moved[..., 2:]) / 2  # (..., m, 2)
    inside = tf.reduce_all((centers >= 0) & (centers <= 1), axis=-1, keepdims=True)  # (..., m, 1)
    cut = tf.clip_by_value(moved, 0, 1)
    something = tf.reduce_all(cut[..., 2:] > cut[..., :2], axis=-1, keepdims=True)
    nothing = tf.constant([-1.0, 0, 0, 0, 0], objects.dtype)
    return tf.where((classes >= 0) & inside & something, tf.concat([classes, cut], axis=-1), nothing)
