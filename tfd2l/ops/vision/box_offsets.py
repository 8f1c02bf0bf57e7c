"""Encoding of boxes as offsets from anchor boxes, and decoding."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.ops.vision.boxes import center_to_corner, corner_to_center

CENTER_SCALE = 10.0  # the book's 1 / 0.1
EXTENT_SCALE = 5.0  # 1 / 0.2
EPSILON = 1e-6


def encode_offsets(anchors: tf.Tensor, boxes: tf.Tensor, eps: float = EPSILON) -> tf.Tensor:
    """Encodes boxes in corner format as offsets from anchor boxes.

        [10 (x_b - x_a) / w_a, 10 (y_b - y_a) / h_a, 5 log(eps + w_b / w_a), 5 log(eps + h_b / h_a)]

    with the center `(x, y)`, the width `w` and the height `h` of the anchor box `a` and the box `b`.

    Args:
        anchors: A tensor of shape `(..., 4)`: anchor boxes in corner format, with an area above 0.
        boxes: A tensor of shape `(..., 4)`: boxes in corner format, in the same unit.
        eps: A small number that keeps the offsets of boxes without an area finite. Defaults to 1e-6.

    Returns:
        A tensor of shape `(..., 4)`.

    Example:
        >>> from tfd2l.ops.vision.box_offsets import encode_offsets
        >>> encode_offsets(tf.constant([0.0, 0.0, 4.0, 4.0]), tf.constant([1.0, 0.0, 5.0, 8.0])).numpy()
        array([2.5   , 5.    , 0.    , 3.4657], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 13.4.3.
    """
    return encode_center_offsets(corner_to_center(anchors), corner_to_center(boxes), eps)


def encode_center_offsets(anchors: tf.Tensor, boxes: tf.Tensor, eps: float = EPSILON) -> tf.Tensor:
    """Encodes boxes in center format as offsets from anchor boxes in center format.

    Args:
        anchors: A tensor of shape `(..., 4)`: anchor boxes in center format, with an area above 0.
        boxes: A tensor of shape `(..., 4)`: boxes in center format, in the same unit.
        eps: A small number that keeps the offsets of boxes without an area finite. Defaults to 1e-6.

    Returns:
        A tensor of shape `(..., 4)`; see `encode_offsets`.

    Example:
        >>> from tfd2l.ops.vision.box_offsets import encode_center_offsets
        >>> encode_center_offsets(tf.constant([2.0, 2.0, 4.0, 4.0]), tf.constant([3.0, 4.0, 4.0, 8.0])).numpy()
        array([2.5   , 5.    , 0.    , 3.4657], dtype=float32)
    """
    # All four numbers are computed by both formulas, of which one is selected: XLA vectorizes this.
    of_center = tf.constant([True, True, False, False])
    size = tf.concat([anchors[..., 2:], anchors[..., 2:]], axis=-1)
    ratio = (boxes - tf.where(of_center, anchors, 0.0)) / size
    extent = tf.math.log(tf.where(of_center, 1.0, eps + ratio))
    return tf.where(of_center, CENTER_SCALE * ratio, EXTENT_SCALE * extent)


def decode_offsets(anchors: tf.Tensor, offsets: tf.Tensor) -> tf.Tensor:
    """Decodes offsets from anchor boxes into boxes in corner format.

    It is the inverse of `encode_offsets` with an `eps` of 0.

    Args:
        anchors: A tensor of shape `(..., 4)`: anchor boxes in corner format.
        offsets: A tensor of shape `(..., 4)`: offsets from these anchor boxes.

    Returns:
        A tensor of shape `(..., 4)`: boxes in corner format, in the unit of the anchor boxes.

    Example:
        >>> from tfd2l.ops.vision.box_offsets import decode_offsets
        >>> decode_offsets(tf.constant([0.0, 0.0, 4.0, 4.0]), tf.constant([2.5, 5.0, 0.0, 3.4657])).numpy()
        array([1., 0., 5., 8.], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 13.4.4.
    """
    a = corner_to_center(anchors)
    center = offsets[..., :2] * a[..., 2:] / CENTER_SCALE + a[..., :2]
    extent = tf.exp(offsets[..., 2:] / EXTENT_SCALE) * a[..., 2:]
    return center_to_corner(tf.concat([center, extent], axis=-1))
