"""Matching of anchor boxes with ground-truth objects."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.ops.vision.boxes import compute_iou

NO_OBJECT = -1


def match_anchors(anchors: tf.Tensor, objects: tf.Tensor, iou_threshold: float = 0.5) -> tf.Tensor:
    """Assigns a ground-truth object, or the background, to each anchor box.

    1. Of all pairs of an object and an anchor box that overlap, the pair with the greatest IoU is matched, whatever the
       threshold; then the pair with the greatest IoU among the objects and anchor boxes that remain, until no object is
       left that overlaps an unmatched anchor box. Each object has at most one anchor box from this step.
    2. Each remaining anchor box is assigned to the object with which it has the greatest IoU if that IoU is at least
       the threshold. The object may have other anchor boxes already.

    Of equal IoUs the anchor box with the lower index is matched, and of objects the one with the lower index.

    An object has no match from step 1 if it overlaps no anchor box (it has no area, for example), or if all that it
    overlaps are matched with other objects. The book gives such an object the first unmatched anchor box, although
    their IoU is 0.

    The pairs of step 1 are not found one by one: a pair whose IoU is the greatest of both its object and its anchor box
    is matched whatever comes before it, so all such pairs are matched in one round. Usually one or two rounds suffice.

    Args:
        anchors: A tensor of shape `(batch, anchors, 4)`: boxes in corner format.
        objects: A tensor of shape `(batch, objects, 5)`: the class and the box in corner format of each object. Rows of
            class -1 are padding and are never assigned.
        iou_threshold: The IoU of step 2 from which an anchor box is assigned to an object, above 0. Defaults to 0.5.

    Returns:
        An int32 tensor of shape `(batch, anchors)`: the row of the object in `objects`, or -1 for the background.

    Example:
        >>> from tfd2l.ops.vision.anchor_matching import match_anchors
        >>> anchors = tf.constant([[[0, 0, 0.5, 0.5], [0.1, 0, 0.5, 0.5], [0.5, 0.5, 1, 1], [0.5, 0, 1, 0.5]]])
        >>> objects = tf.constant([[[3.0, 0.6, 0.6, 0.8, 0.8], [7.0, 0.0, 0.0, 0.5, 0.5]]])
        >>> match_anchors(anchors, objects).numpy()
        array([[ 1,  1,  0, -1]], dtype=int32)

    References:
        - *Dive into Deep Learning*, section 13.4.3.
    """
    if objects.shape[1] == 0:
        return tf.fill(tf.shape(anchors)[:2], NO_OBJECT)
    is_object = objects[..., 0] >= 0  # (batch, objects)
    boxes = tf.where(is_object[..., tf.newaxis], objects[..., 1:], 0.0)  # padding becomes a point: it overlaps nothing
    iou = compute_iou(boxes, anchors)  # (batch, objects, anchors)
    best_object = tf.argmax(iou, axis=1, output_type=tf.int32)  # (batch, anchors)
    is_close = tf.reduce_max(iou, axis=1) >= iou_threshold  # (batch, anchors)
    unmatched = tf.fill(tf.shape(best_object), NO_OBJECT)  # (batch, anchors)
    object_index = tf.range(tf.shape(objects)[1])  # (objects,)
    anchor_index = tf.range(tf.shape(iou)[2])  # (anchors,)
    image_index = tf.range(tf.shape(iou)[0])[:, tf.newaxis]  # (batch, 1)

    def has_open_objects(is_open: tf.Tensor, matched: tf.Tensor) -> tf.Tensor:
        return tf.reduce_any(is_open)

    def match_best_pairs(is_open: tf.Tensor, matched: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        pair_is_open = is_open[..., tf.newaxis] & (matched == NO_OBJECT)[:, tf.newaxis]
        open_iou = tf.where(pair_is_open, iou, 0.0)  # (batch, objects, anchors)
        object_max = tf.reduce_max(open_iou, axis=2, keepdims=True)  # (batch, objects, 1)
        # The first anchor box with the maximum, (batch, objects): argmax, in a form that XLA computes faster.
        best_anchor = tf.reduce_min(tf.where(open_iou == object_max, anchor_index, anchor_index[-1]), axis=2)
        rivals = tf.gather(open_iou, best_anchor, axis=2, batch_dims=1)  # IoU of all objects with that anchor box
        strongest = tf.argmax(rivals, axis=1, output_type=tf.int32)  # (batch, objects)
        is_open &= object_max[..., 0] > 0
        is_matched = is_open & (strongest == object_index)
        # (batch, objects, 2)
        indices = tf.stack([tf.broadcast_to(image_index, tf.shape(best_anchor)), best_anchor], axis=-1)
        updates = tf.where(is_matched, object_index, NO_OBJECT)
        return is_open & ~is_matched, tf.tensor_scatter_nd_max(matched, indices, updates)

    _, matched = tf.while_loop(
        has_open_objects, match_best_pairs, (is_object, unmatched), maximum_iterations=iou.shape[1]
    )
    assigned = tf.where(matched >= 0, matched, tf.where(is_close, best_object, NO_OBJECT))
    return tf.stop_gradient(assigned)
