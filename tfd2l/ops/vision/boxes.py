"""Boxes: their two forms, and how far they overlap."""

from __future__ import annotations

import tensorflow as tf


def corner_to_center(boxes: tf.Tensor) -> tf.Tensor:
    """(..., 4) boxes `[x_min, y_min, x_max, y_max]` as `[x, y, width, height]` about their centre, in the same units.

    Source: section 13.3.
    """
    low, high = boxes[..., :2], boxes[..., 2:]
    return tf.concat([(low + high) / 2, high - low], axis=-1)


def center_to_corner(boxes: tf.Tensor) -> tf.Tensor:
    """(..., 4) boxes `[x, y, width, height]` about their centre as `[x_min, y_min, x_max, y_max]`.

    The inverse of `corner_to_center`; exact for coordinates whose halves and sums are (those in pixels are).

    Source: section 13.3.
    """
    center, half = boxes[..., :2], boxes[..., 2:] / 2
    return tf.concat([center - half, center + half], axis=-1)


def compute_area(boxes: tf.Tensor) -> tf.Tensor:
    """(...) areas of corner boxes (..., 4); 0 for a box whose corners are the wrong way round."""
    x_min, y_min, x_max, y_max = tf.unstack(boxes, axis=-1)
    return tf.maximum(x_max - x_min, 0) * tf.maximum(y_max - y_min, 0)


def compute_elementwise_iou(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """(...) intersection over union of two corner boxes (..., 4) each; shapes broadcast.

    |A and B| / |A or B|; 0 where the union has no area.

    Source: section 13.4.2.
    """
    shared = _shared(a, b)
    return tf.math.divide_no_nan(shared, compute_area(a) + compute_area(b) - shared)


def compute_iou(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Intersection over union of every box of `a` with every box of `b`.

    Args:
        a: (..., n, 4) corner boxes; leading dimensions broadcast with those of `b`.
        b: (..., m, 4).

    Returns:
        (..., n, m), in [0, 1].

    Source: section 13.4.2.
    """
    return compute_elementwise_iou(a[..., :, tf.newaxis, :], b[..., tf.newaxis, :, :])


def compute_elementwise_giou(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """(...) generalized intersection over union of two corner boxes (..., 4) each; shapes broadcast.

    IoU - (|C| - |A or B|) / |C|, with C the smallest box around both: in (-1, 1], and falling the further apart the
    boxes lie, where IoU stays 0.

    Source: Rezatofighi et al. 2019, *Generalized Intersection over Union*.
    """
    shared = _shared(a, b)
    union = compute_area(a) + compute_area(b) - shared
    x_min, y_min, x_max, y_max = tf.unstack(a, axis=-1)
    u_min, v_min, u_max, v_max = tf.unstack(b, axis=-1)
    # Grown from both, so that a box whose corners are the wrong way round does not shrink it.
    width = tf.maximum(x_max, u_max) - tf.minimum(x_min, u_min)
    height = tf.maximum(y_max, v_max) - tf.minimum(y_min, v_min)
    around = tf.maximum(width, 0) * tf.maximum(height, 0)
    return tf.math.divide_no_nan(shared, union) - tf.math.divide_no_nan(around - union, around)


def _shared(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """(...) area of the intersection. Coordinate by coordinate: a last dimension of 4 is slow to compute along."""
    x_min, y_min, x_max, y_max = tf.unstack(a, axis=-1)
    u_min, v_min, u_max, v_max = tf.unstack(b, axis=-1)
    width = tf.minimum(x_max, u_max) - tf.maximum(x_min, u_min)
    height = tf.minimum(y_max, v_max) - tf.maximum(y_min, v_min)
    return tf.maximum(width, 0) * tf.maximum(height, 0)
