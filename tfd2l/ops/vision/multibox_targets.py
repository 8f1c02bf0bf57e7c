"""What a detector is to say at each anchor box."""

from __future__ import annotations

from typing import NamedTuple

import tensorflow as tf

from tfd2l.ops.vision.anchor_matching import match_anchors
from tfd2l.ops.vision.box_offsets import encode_center_offsets
from tfd2l.ops.vision.boxes import corner_to_center


class MultiBoxTargets(NamedTuple):
    """Targets of a batch.

    Args:
        classes: (batch, anchors) int32: 0 for background, 1 + the class of an object.
        offsets: (batch, anchors, 4): to the object's box; 0 for background.
        mask: (batch, anchors) float32: 1 for an object, 0 for background.
        boxes: (batch, anchors, 4): the object's box; for background the anchor itself.
    """

    classes: tf.Tensor
    offsets: tf.Tensor
    mask: tf.Tensor
    boxes: tf.Tensor


def compute_multibox_targets(anchors: tf.Tensor, objects: tf.Tensor, iou_threshold: float = 0.5) -> MultiBoxTargets:
    """Class, offsets and box of the object that each anchor box is assigned to.

    Args:
        anchors: (batch, anchors, 4) corner boxes.
        objects: (batch, objects, 5): class and corner box; class -1 is padding.
        iou_threshold: see `tfd2l.ops.vision.anchor_matching.match_anchors`.

    Source: section 13.4.3.
    """
    objects = tf.cast(objects, anchors.dtype)
    assigned = match_anchors(anchors, objects, iou_threshold)  # (batch, anchors)
    found = assigned >= 0
    mask = tf.cast(found, anchors.dtype)
    row = assigned + 1  # row 0 stands for background, so that there is a row even where no image has an object
    kinds, corners = objects[..., 0], objects[..., 1:]
    own = _rows_of(corner_to_center(corners), row)  # (batch, anchors, 4)
    return MultiBoxTargets(
        classes=tf.where(found, tf.cast(_rows_of(kinds, row), tf.int32) + 1, 0),
        offsets=encode_center_offsets(corner_to_center(anchors), own) * mask[..., tf.newaxis],
        mask=mask,
        boxes=tf.where(found[..., tf.newaxis], _rows_of(corners, row), anchors),
    )


def _rows_of(values: tf.Tensor, row: tf.Tensor) -> tf.Tensor:
    return tf.gather(_padded(values), row, batch_dims=1)


def _padded(values: tf.Tensor) -> tf.Tensor:
    """With a row before the first, of ones: a box of an area, whose logarithms are finite."""
    return tf.pad(values, [[0, 0], [1, 0], *[[0, 0]] * (values.shape.rank - 2)], constant_values=1)
