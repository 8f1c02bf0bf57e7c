"""Boxes seen from a part of the image, beside NumPy."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfd2l.ops.vision.cropped_objects import crop_objects

NOTHING = [-1, 0, 0, 0, 0]


def reference(row, window):
    kind, *corners = row
    (left, top, right, bottom), (x_min, y_min, x_max, y_max) = window, corners
    x, y = (x_min + x_max) / 2, (y_min + y_max) / 2
    if kind < 0 or not (left <= x <= right and top <= y <= bottom):
        return NOTHING
    xs = [(min(max(value, left), right) - left) / (right - left) for value in (x_min, x_max)]
    ys = [(min(max(value, top), bottom) - top) / (bottom - top) for value in (y_min, y_max)]
    return [kind, xs[0], ys[0], xs[1], ys[1]] if xs[1] > xs[0] and ys[1] > ys[0] else NOTHING


def test_agrees_with_numpy_on_random_boxes():
    rng = np.random.default_rng(0)
    for _ in range(50):
        corners = np.sort(rng.random((20, 2, 2)), axis=1).reshape(20, 4)
        objects = np.concatenate([rng.integers(-1, 3, (20, 1)), corners], axis=1).astype(np.float32)
        objects[objects[:, 0] < 0] = NOTHING
        window = np.sort(rng.random((2, 2)), axis=0).reshape(4).astype(np.float32)
        expected = [reference(row, window) for row in objects.astype(np.float64)]
        np.testing.assert_allclose(crop_objects(tf.constant(objects), tf.constant(window)), expected, atol=1e-4)


def test_degenerate_boxes_are_dropped():
    objects = tf.constant([[2.0, 0.5, 0.2, 0.5, 0.8], [2, 0.6, 0.2, 0.4, 0.8], [2, 0, 0, 1, 1]])
    np.testing.assert_array_equal(
        crop_objects(objects, tf.constant([0.0, 0, 1, 1])), [NOTHING, NOTHING, [2, 0, 0, 1, 1]]
    )


def test_crop_objects_under_xla():
    compiled = tf.function(crop_objects, jit_compile=True)
    objects, window = tf.constant([[[1.0, 0, 0, 0.5, 0.5]]]), tf.constant([0.25, 0.25, 0.75, 0.75])
    np.testing.assert_allclose(compiled(objects, window), [[[1, 0, 0, 0.5, 0.5]]])
