"""What a detector is to say at each anchor box."""

from __future__ import annotations

from typing import NamedTuple

import tensorflow as tf

from tfd2l.ops.anchor_matching import match_anchors
from tfd2l.ops.box_offsets import box_offsets


class Targets(NamedTuple):
    """Targets of a batch.

    Arguments:
        classes: (batch, anchors) int32: 0 for background, 1 + the class of an object.
        offsets: (batch, anchors, 4): to the object's box; 0 for background.
        mask: (batch, anchors) float32: 1 for an object, 0 for background.
        boxes: (batch, anchors, 4): the object's box; for background the anchor itself.
    """

    classes: tf.Tensor
    offsets: tf.Tensor
    mask: tf.Tensor
    boxes: tf.Tensor


def multibox_targets(anchors: tf.Tensor, objects: tf.Tensor, iou_threshold: float = 0.5) -> Targets:
    """Class, offsets and box of the object that each anchor box is assigned to.

    Arguments:
        anchors: (batch, anchors, 4) corner boxes.
        objects: (batch, objects, 5): class and corner box; class -1 is padding.
        iou_threshold: see `tfd2l.ops.anchor_matching.match_anchors`.

    Source: section 13.4.3.
    """
    objects = tf.cast(objects, anchors.dtype)
    assigned = match_anchors(anchors, objects, iou_threshold)  # (batch, anchors)
    # Row 0 stands for background, so that there is a row even where a batch has no place for objects.
    rows = tf.pad(objects, [[0, 0], [1, 0], [0, 0]], constant_values=-1)
    own = tf.gather(rows, assigned + 1, batch_dims=1)  # (batch, anchors, 5)
    found = assigned >= 0
    boxes = tf.where(found[..., tf.newaxis], own[..., 1:], anchors)
    mask = tf.cast(found, anchors.dtype)
    return Targets(
        classes=tf.cast(own[..., 0], tf.int32) + 1,
        offsets=box_offsets(anchors, boxes) * mask[..., tf.newaxis],
        mask=mask,
        boxes=boxes,
    )
