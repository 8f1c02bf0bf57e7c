"""Training targets of anchor boxes for single-shot multibox detection."""

from __future__ import annotations

from typing import NamedTuple

import tensorflow as tf

from tfd2l.ops.vision.anchor_matching import match_anchors
from tfd2l.ops.vision.box_offsets import encode_center_offsets
from tfd2l.ops.vision.boxes import corner_to_center


class MultiBoxTargets(NamedTuple):
    """Training targets of the anchor boxes of a batch.

    Attributes:
        classes: An int32 tensor of shape `(batch, anchors)`: 0 for the background, else 1 plus the class of the object.
        offsets: A tensor of shape `(batch, anchors, 4)`: offsets of the object's box from the anchor box; 0 for the
            background.
        mask: A tensor of shape `(batch, anchors)`: 1 for an object, 0 for the background.
        boxes: A tensor of shape `(batch, anchors, 4)`: the object's box in corner format; the anchor box itself for the
            background.

    Example:
        >>> from tfd2l.ops.vision.multibox_targets import compute_multibox_targets
        >>> boxes = tf.constant([[[0.0, 0.0, 0.5, 0.5], [0.5, 0.5, 1.0, 1.0]]])
        >>> targets = compute_multibox_targets(boxes, tf.constant([[[2.0, 0.5, 0.5, 1.0, 1.0]]]))
        >>> targets._fields
        ('classes', 'offsets', 'mask', 'boxes')
    """

    classes: tf.Tensor
    offsets: tf.Tensor
    mask: tf.Tensor
    boxes: tf.Tensor


def compute_multibox_targets(anchors: tf.Tensor, objects: tf.Tensor, iou_threshold: float = 0.5) -> MultiBoxTargets:
    """Computes class, offset and box targets of each anchor box.

    Each anchor box is first assigned to an object or to the background by `match_anchors`.

    Args:
        anchors: A tensor of shape `(batch, anchors, 4)`: boxes in corner format.
        objects: A tensor of shape `(batch, objects, 5)`: the class and the box in corner format of each object. Rows of
            class -1 are padding.
        iou_threshold: The IoU from which an anchor box is assigned to an object. Defaults to 0.5.

    Returns:
        `MultiBoxTargets` of the batch.

    Example:
        >>> from tfd2l.ops.vision.multibox_targets import compute_multibox_targets
        >>> anchors = tf.constant([[[0.0, 0.0, 0.5, 0.5], [0.5, 0.5, 1.0, 1.0]]])
        >>> targets = compute_multibox_targets(anchors, tf.constant([[[2.0, 0.5, 0.5, 1.0, 1.0]]]))
        >>> targets.classes.numpy()
        array([[0, 3]], dtype=int32)
        >>> targets.mask.numpy()
        array([[0., 1.]], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 13.4.3.
    """
    objects = tf.cast(objects, anchors.dtype)
    assigned = match_anchors(anchors, objects, iou_threshold)  # (batch, anchors)
    is_object = assigned >= 0
    mask = tf.cast(is_object, anchors.dtype)
    row = assigned + 1  # row 0 stands for the background, so there is one even if no image has an object
    labels, corners = objects[..., 0], objects[..., 1:]  # (batch, objects), (batch, objects, 4)
    target_centers = _gather_rows(corner_to_center(corners), row)  # (batch, anchors, 4)
    return MultiBoxTargets(
        classes=tf.where(is_object, tf.cast(_gather_rows(labels, row), tf.int32) + 1, 0),
        offsets=encode_center_offsets(corner_to_center(anchors), target_centers) * mask[..., tf.newaxis],
        mask=mask,
        boxes=tf.where(is_object[..., tf.newaxis], _gather_rows(corners, row), anchors),
    )


def _gather_rows(values: tf.Tensor, row: tf.Tensor) -> tf.Tensor:
    """Gathers rows of each image after a first row of ones, a box with an area: its logarithms are finite."""
    padded = tf.pad(values, [[0, 0], [1, 0], *[[0, 0]] * (values.shape.rank - 2)], constant_values=1)
    return tf.gather(padded, row, batch_dims=1)
