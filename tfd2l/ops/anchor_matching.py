"""Which object an anchor box is to find."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.ops.boxes import pairwise_iou

NO_OBJECT = -1


def match_anchors(anchors: tf.Tensor, objects: tf.Tensor, iou_threshold: float = 0.5) -> tf.Tensor:
    """The object that each anchor box is assigned to.

    First each object gets an anchor of its own: of all pairs the one with the greatest IoU, then the greatest among
    the other objects and anchors, and so on. Then each anchor that is left is assigned to the object it overlaps most,
    if their IoU is at least the threshold.

    Pairs are not looked for one after the other: a pair whose IoU is the greatest of both its object and its anchor is
    chosen whatever comes before it, so all such pairs are chosen at once, until no object is left. Mostly that takes
    one or two rounds.

    Arguments:
        anchors: (batch, anchors, 4) corner boxes.
        objects: (batch, objects, 5): class and corner box; class -1 is padding and is never assigned.
        iou_threshold: of the second step.

    Returns:
        (batch, anchors) int32: the object's row, -1 for background. An object that overlaps no anchor (one without an
        area, say) is assigned to none: the book would give it any.

    Source: section 13.4.3.
    """
    if objects.shape[1] == 0:
        return tf.fill(tf.shape(anchors)[:2], NO_OBJECT)
    overlap = pairwise_iou(objects[..., 1:], anchors)  # (batch, objects, anchors)
    overlap = tf.where(objects[..., :1] >= 0, overlap, -1.0)
    number = tf.range(tf.shape(objects)[1])[:, tf.newaxis]  # (objects, 1)
    most = tf.argmax(overlap, axis=1, output_type=tf.int32)  # (batch, anchors)
    enough = tf.reduce_max(overlap, axis=1) >= iou_threshold
    assigned = tf.where(enough, most, NO_OBJECT)

    def left(overlap: tf.Tensor, _: tf.Tensor) -> tf.Tensor:
        return tf.reduce_any(overlap > 0)

    def choose(overlap: tf.Tensor, assigned: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        best = tf.argmax(overlap, axis=2, output_type=tf.int32)  # (batch, objects), each object's anchor
        # IoU of all objects with that anchor:
        rivals = tf.gather(overlap, best, axis=2, batch_dims=1)  # (batch, objects, objects)
        strongest = tf.argmax(rivals, axis=1, output_type=tf.int32)  # (batch, objects)
        own = tf.reduce_max(overlap, axis=2)  # (batch, objects)
        chosen = (strongest == number[:, 0]) & (own > 0)
        place = tf.where(chosen, best, -1)[..., tf.newaxis]
        pairs = place == tf.range(tf.shape(overlap)[2])  # (batch, objects, anchors)
        taken = tf.reduce_max(tf.where(pairs, number, NO_OBJECT), axis=1)  # (batch, anchors)
        gone = (taken >= 0)[:, tf.newaxis] | chosen[..., tf.newaxis]
        return tf.where(gone, -1.0, overlap), tf.where(taken >= 0, taken, assigned)

    _, assigned = tf.while_loop(left, choose, (overlap, assigned), maximum_iterations=overlap.shape[1])
    return tf.stop_gradient(assigned)
