"""Which object an anchor box is to find."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.ops.vision.boxes import compute_iou

NO_OBJECT = -1


def match_anchors(anchors: tf.Tensor, objects: tf.Tensor, iou_threshold: float = 0.5) -> tf.Tensor:
    """Assigns an object, or the background, to each anchor box.

    1. Forced matches, whatever the threshold: of all pairs of an object and an anchor that overlap, the pair with the
       greatest IoU is assigned; then the greatest among the objects and anchors that are left, and so on until no
       object is left that overlaps a free anchor. Each object has at most one anchor from this step.
    2. Each anchor without an object from step 1 is assigned to the object that it overlaps most, if their IoU is at
       least the threshold. This may be an object that already has anchors.

    Of equal IoUs the first anchor is taken, and for one anchor the first object.

    An object gets no anchor from step 1 if it overlaps none (it has no area, say), or if other objects have taken all
    that it overlaps. The book gives such an object the first free anchor, although their IoU is 0.

    Pairs are not looked for one after the other: a pair whose IoU is the greatest of both its object and its anchor is
    chosen whatever comes before it, so all such pairs are chosen at once, until no object is left. Mostly that takes
    one or two rounds.

    Args:
        anchors: (batch, anchors, 4) corner boxes.
        objects: (batch, objects, 5): class and corner box; class -1 is padding and is never assigned.
        iou_threshold: of step 2, above 0.

    Returns:
        (batch, anchors) int32: the object's row, -1 for background.

    References:
        Section 13.4.3.
    """
    if objects.shape[1] == 0:
        return tf.fill(tf.shape(anchors)[:2], NO_OBJECT)
    real = objects[..., 0] >= 0  # (batch, objects)
    boxes = tf.where(real[..., tf.newaxis], objects[..., 1:], 0.0)  # a point: it overlaps nothing
    overlap = compute_iou(boxes, anchors)  # (batch, objects, anchors)
    most = tf.argmax(overlap, axis=1, output_type=tf.int32)  # (batch, anchors)
    enough = tf.reduce_max(overlap, axis=1) >= iou_threshold
    nobody = tf.fill(tf.shape(most), NO_OBJECT)
    number = tf.range(tf.shape(objects)[1])  # (objects,)
    anchor = tf.range(tf.shape(overlap)[2])  # (anchors,)
    image = tf.range(tf.shape(overlap)[0])[:, tf.newaxis]  # (batch, 1)

    def some_left(left: tf.Tensor, owner: tf.Tensor) -> tf.Tensor:
        return tf.reduce_any(left)

    def choose(left: tf.Tensor, owner: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        free = left[..., tf.newaxis] & (owner == NO_OBJECT)[:, tf.newaxis]
        open_pairs = tf.where(free, overlap, 0.0)  # (batch, objects, anchors)
        own = tf.reduce_max(open_pairs, axis=2, keepdims=True)  # (batch, objects, 1): the greatest IoU of each
        # The first anchor that has it, (batch, objects): argmax, in a form that XLA computes faster.
        best = tf.reduce_min(tf.where(open_pairs == own, anchor, anchor[-1]), axis=2)
        rivals = tf.gather(open_pairs, best, axis=2, batch_dims=1)  # IoU of all objects with that anchor
        strongest = tf.argmax(rivals, axis=1, output_type=tf.int32)  # (batch, objects)
        left &= own[..., 0] > 0
        chosen = left & (strongest == number)
        places = tf.stack([tf.broadcast_to(image, tf.shape(best)), best], axis=-1)  # (batch, objects, 2)
        return left & ~chosen, tf.tensor_scatter_nd_max(owner, places, tf.where(chosen, number, NO_OBJECT))

    _, owner = tf.while_loop(some_left, choose, (real, nobody), maximum_iterations=overlap.shape[1])
    assigned = tf.where(owner >= 0, owner, tf.where(enough, most, NO_OBJECT))
    return tf.stop_gradient(assigned)
