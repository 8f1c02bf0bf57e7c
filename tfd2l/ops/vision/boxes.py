"""Bounding boxes: conversion between formats, area, and intersection over union."""

from __future__ import annotations

import tensorflow as tf


def corner_to_center(boxes: tf.Tensor) -> tf.Tensor:
    """Converts boxes from corner format to center format.

    Args:
        boxes: A tensor of shape `(..., 4)`: boxes `[x_min, y_min, x_max, y_max]`, in pixels or in normalized
            coordinates.

    Returns:
        A tensor of shape `(..., 4)`: boxes `[x_center, y_center, width, height]`, in the same unit.

    Example:
        >>> from tfd2l.ops.vision.boxes import corner_to_center
        >>> corner_to_center(tf.constant([60.0, 45.0, 378.0, 517.0])).numpy()
        array([219., 281., 318., 472.], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 13.3.
    """
    low, high = boxes[..., :2], boxes[..., 2:]
    return tf.concat([(low + high) / 2, high - low], axis=-1)


def center_to_corner(boxes: tf.Tensor) -> tf.Tensor:
    """Converts boxes from center format to corner format.

    It is the inverse of `corner_to_center`, without rounding errors where halves and sums of the coordinates can be
    represented exactly, as those in pixels can.

    Args:
        boxes: A tensor of shape `(..., 4)`: boxes `[x_center, y_center, width, height]`, in pixels or in normalized
            coordinates.

    Returns:
        A tensor of shape `(..., 4)`: boxes `[x_min, y_min, x_max, y_max]`, in the same unit.

    Example:
        >>> from tfd2l.ops.vision.boxes import center_to_corner
        >>> center_to_corner(tf.constant([219.0, 281.0, 318.0, 472.0])).numpy()
        array([ 60.,  45., 378., 517.], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 13.3.
    """
    center, half = boxes[..., :2], boxes[..., 2:] / 2
    return tf.concat([center - half, center + half], axis=-1)


def compute_area(boxes: tf.Tensor) -> tf.Tensor:
    """Computes the area of boxes.

    Args:
        boxes: A tensor of shape `(..., 4)`: boxes in corner format.

    Returns:
        A tensor of shape `(...)`. The area of a box is 0 if its maximum lies below its minimum in either direction.

    Example:
        >>> from tfd2l.ops.vision.boxes import compute_area
        >>> compute_area(tf.constant([[0.0, 0.0, 2.0, 3.0], [2.0, 0.0, 1.0, 1.0]])).numpy()
        array([6., 0.], dtype=float32)
    """
    x_min, y_min, x_max, y_max = tf.unstack(boxes, axis=-1)
    return tf.maximum(x_max - x_min, 0) * tf.maximum(y_max - y_min, 0)


def compute_elementwise_iou(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Computes intersection over union of two tensors of boxes, element by element.

        IoU(A, B) = |A and B| / |A or B|

    Args:
        a: A tensor of shape `(..., 4)`: boxes in corner format.
        b: A tensor of boxes in corner format, whose shape broadcasts with that of `a`.

    Returns:
        A tensor of the broadcast shape without its last dimension, in [0, 1]; 0 where the union has no area.

    Example:
        >>> from tfd2l.ops.vision.boxes import compute_elementwise_iou
        >>> box = tf.constant([0.0, 0.0, 2.0, 2.0])
        >>> compute_elementwise_iou(box, tf.constant([[1.0, 0.0, 3.0, 2.0], [0.0, 0.0, 1.0, 1.0]])).numpy()
        array([0.3333, 0.25  ], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 13.4.2.
    """
    intersection = _compute_intersection(a, b)
    return tf.math.divide_no_nan(intersection, compute_area(a) + compute_area(b) - intersection)


def compute_iou(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Computes intersection over union for all pairs of boxes.

    Args:
        a: A tensor of shape `(..., n, 4)`: boxes in corner format.
        b: A tensor of shape `(..., m, 4)`: boxes in corner format. Its leading dimensions broadcast with those of `a`.

    Returns:
        A tensor of shape `(..., n, m)`, in [0, 1]; 0 where the union has no area.

    Example:
        >>> from tfd2l.ops.vision.boxes import compute_iou
        >>> boxes = tf.constant([[0.0, 0.0, 2.0, 2.0], [1.0, 0.0, 3.0, 2.0], [5.0, 5.0, 6.0, 6.0]])
        >>> compute_iou(boxes[:2], boxes).numpy()
        array([[1.    , 0.3333, 0.    ],
               [0.3333, 1.    , 0.    ]], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 13.4.2.
    """
    return compute_elementwise_iou(a[..., :, tf.newaxis, :], b[..., tf.newaxis, :, :])


def compute_elementwise_giou(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Computes generalized intersection over union of two tensors of boxes, element by element.

        GIoU(A, B) = IoU(A, B) - (|C| - |A or B|) / |C|

    where `C` is the smallest box that contains both. Where IoU is 0, GIoU still falls with the distance between the
    boxes, so it has a gradient.

    Args:
        a: A tensor of shape `(..., 4)`: boxes in corner format.
        b: A tensor of boxes in corner format, whose shape broadcasts with that of `a`.

    Returns:
        A tensor of the broadcast shape without its last dimension, in (-1, 1].

    Example:
        >>> from tfd2l.ops.vision.boxes import compute_elementwise_giou
        >>> box = tf.constant([0.0, 0.0, 1.0, 1.0])
        >>> compute_elementwise_giou(box, tf.constant([[0.0, 0.0, 1.0, 1.0], [3.0, 0.0, 4.0, 1.0]])).numpy()
        array([ 1. , -0.5], dtype=float32)

    References:
        - Rezatofighi et al., 2019, *Generalized Intersection over Union: A Metric and a Loss for Bounding Box
          Regression*.
    """
    intersection = _compute_intersection(a, b)
    union = compute_area(a) + compute_area(b) - intersection
    x_min, y_min, x_max, y_max = tf.unstack(a, axis=-1)
    u_min, v_min, u_max, v_max = tf.unstack(b, axis=-1)
    # Of all four coordinates, so a box whose maximum lies below its minimum does not shrink the enclosing one.
    width = tf.maximum(x_max, u_max) - tf.minimum(x_min, u_min)
    height = tf.maximum(y_max, v_max) - tf.minimum(y_min, v_min)
    enclosing = tf.maximum(width, 0) * tf.maximum(height, 0)
    return tf.math.divide_no_nan(intersection, union) - tf.math.divide_no_nan(enclosing - union, enclosing)


def _compute_intersection(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Computes the area of the intersection, `(...)`; by coordinate, as ops on a last dimension of 4 are slow."""
    x_min, y_min, x_max, y_max = tf.unstack(a, axis=-1)
    u_min, v_min, u_max, v_max = tf.unstack(b, axis=-1)
    width = tf.minimum(x_max, u_max) - tf.maximum(x_min, u_min)
    height = tf.minimum(y_max, v_max) - tf.maximum(y_min, v_min)
    return tf.maximum(width, 0) * tf.maximum(height, 0)
