"""From an anchor box to an object's box and back, as numbers that a network can learn."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.ops.vision.boxes import center_to_corner, corner_to_center

CENTER_SCALE = 10.0  # the book's 1 / 0.1
EXTENT_SCALE = 5.0  # 1 / 0.2
EPSILON = 1e-6


def encode_offsets(anchors: tf.Tensor, boxes: tf.Tensor, eps: float = EPSILON) -> tf.Tensor:
    """Offsets that lead from anchor boxes to boxes.

        [10 (x_b - x_a) / w_a, 10 (y_b - y_a) / h_a, 5 log(eps + w_b / w_a), 5 log(eps + h_b / h_a)]

    with centres (x, y), widths w and heights h of anchor a and box b.

    Args:
        anchors: (..., 4) corner boxes with an area.
        boxes: (..., 4) corner boxes.
        eps: keeps a box without an area finite.

    Returns:
        (..., 4).

    Source: section 13.4.3.
    """
    return encode_center_offsets(corner_to_center(anchors), corner_to_center(boxes), eps)


def encode_center_offsets(anchors: tf.Tensor, boxes: tf.Tensor, eps: float = EPSILON) -> tf.Tensor:
    """`encode_offsets` of boxes `[x, y, width, height]` about their centre."""
    # The four numbers are computed alike and each is chosen in the end: XLA vectorizes that, but not two formulas.
    of_center = tf.constant([True, True, False, False])
    size = tf.concat([anchors[..., 2:], anchors[..., 2:]], axis=-1)
    ratio = (boxes - tf.where(of_center, anchors, 0.0)) / size
    extent = tf.math.log(tf.where(of_center, 1.0, eps + ratio))
    return tf.where(of_center, CENTER_SCALE * ratio, EXTENT_SCALE * extent)


def decode_offsets(anchors: tf.Tensor, offsets: tf.Tensor) -> tf.Tensor:
    """(..., 4) corner boxes that offsets (..., 4) lead to from anchor boxes: the inverse of `encode_offsets` for eps 0.

    Source: section 13.4.4.
    """
    a = corner_to_center(anchors)
    center = offsets[..., :2] * a[..., 2:] / CENTER_SCALE + a[..., :2]
    extent = tf.exp(offsets[..., 2:] / EXTENT_SCALE) * a[..., 2:]
    return center_to_corner(tf.concat([center, extent], axis=-1))
