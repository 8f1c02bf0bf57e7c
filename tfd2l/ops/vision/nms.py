"""Non-maximum suppression: of boxes that show the same object, the likeliest stays."""

from __future__ import annotations

from typing import NamedTuple

import tensorflow as tf

from tfd2l.ops.vision.boxes import compute_iou


class Detections(NamedTuple):
    """What was found, the likeliest first, of a static shape.

    Args:
        boxes: (batch, detections, 4) corner boxes; 0 pads.
        classes: (batch, detections) int32, from 0; -1 pads.
        scores: (batch, detections); 0 pads.
    """

    boxes: tf.Tensor
    classes: tf.Tensor
    scores: tf.Tensor


def find_unsuppressed(overlap: tf.Tensor, iou_threshold: float) -> tf.Tensor:
    """Which boxes stay: those that overlap no likelier box that stays by more than the threshold.

    Going through the boxes one after the other is not needed. Start with all of them as staying, and let each be
    judged by the likelier ones that stay, over and over until nothing changes: the first box is right from the start,
    and each round makes right at least the next one, mostly nearly all.

    Args:
        overlap: (..., n, n) IoU of boxes in falling order of their scores.
        iou_threshold: above it, the less likely of two boxes goes.

    Returns:
        (..., n) bool.
    """
    number = tf.shape(overlap)[-1]
    likelier = tf.range(number)[:, tf.newaxis] > tf.range(number)  # (n, n): column stands before row
    conflicts = (overlap > iou_threshold) & likelier  # (..., n, n)
    stays = tf.ones(tf.shape(overlap)[:-1], tf.bool)

    def judge(stays: tf.Tensor, changing: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        judged = ~tf.reduce_any(conflicts & stays[..., tf.newaxis, :], axis=-1)
        return judged, tf.reduce_any(judged != stays)

    stays, _ = tf.while_loop(lambda _, changing: changing, judge, (stays, tf.constant(True)))
    return stays


def apply_per_class_nms(
    boxes: tf.Tensor,
    scores: tf.Tensor,
    iou_threshold: float = 0.5,
    score_threshold: float = 0.01,
    max_detections: int = 100,
    candidates: int = 400,
) -> Detections:
    """The likeliest boxes of each image, without those that overlap a likelier one of their class.

    Args:
        boxes: (batch, anchors, 4) corner boxes.
        scores: (batch, anchors, classes) probabilities, without background.
        iou_threshold: above it, the less likely of two boxes of a class goes.
        score_threshold: pairs of box and class below it are left out.
        max_detections: how many an image has at most, over all classes.
        candidates: so many pairs of box and class, the likeliest of an image, are looked at.

    Returns:
        `Detections` of (batch, max_detections).
    """
    classes = scores.shape[-1]
    pairs = scores.shape[1] * classes
    flat = tf.reshape(scores, [tf.shape(scores)[0], pairs])  # (batch, anchors classes)
    top = tf.math.top_k(flat, min(candidates, pairs))
    label = top.indices % classes  # (batch, candidates)
    box = tf.gather(boxes, top.indices // classes, batch_dims=1)  # (batch, candidates, 4)
    same = label[:, :, tf.newaxis] == label[:, tf.newaxis]
    overlap = tf.where(same, compute_iou(box, box), 0.0)
    stays = find_unsuppressed(overlap, iou_threshold) & (top.values >= score_threshold)
    kept = tf.math.top_k(tf.where(stays, top.values, -1.0), min(max_detections, top.values.shape[1]))  # in their order
    short = [[0, 0], [0, max_detections - kept.values.shape[1]]]
    found = kept.values >= 0
    return Detections(
        tf.pad(tf.where(found[..., tf.newaxis], tf.gather(box, kept.indices, batch_dims=1), 0.0), [*short, [0, 0]]),
        tf.pad(tf.where(found, tf.gather(label, kept.indices, batch_dims=1), -1), short, constant_values=-1),
        tf.pad(tf.where(found, kept.values, 0.0), short),
    )


def apply_class_agnostic_nms(
    boxes: tf.Tensor, scores: tf.Tensor, iou_threshold: float = 0.5, score_threshold: float = 0.009999999
) -> tf.Tensor:
    """Non-maximum suppression as the book prints it: one class a box, boxes of all classes against each other.

    Every box keeps a row. First come those that stay, the likeliest first, then those that went, in their own order,
    with class -1. A box that stays, but whose score is below `score_threshold`, is background: class -1 and
    1 - score.

    Args:
        boxes: (batch, anchors, 4) corner boxes.
        scores: (batch, anchors, classes) probabilities, without background.
        iou_threshold: above it, the less likely of two boxes goes.
        score_threshold: the book's `pos_threshold`.

    Returns:
        (batch, anchors, 6): class (-1 for what is none), score, corner box.

    Source: section 13.4.4, `multibox_detection`.
    """
    score = tf.reduce_max(scores, axis=-1)  # (batch, anchors)
    label = tf.cast(tf.argmax(scores, axis=-1, output_type=tf.int32), boxes.dtype)
    order = tf.argsort(score, axis=1, direction="DESCENDING", stable=True)
    ranked = tf.gather(boxes, order, batch_dims=1)
    stays = find_unsuppressed(compute_iou(ranked, ranked), iou_threshold)  # (batch, anchors), by rank
    anchors = tf.shape(score)[1]
    # Those that stay by rank, then those that went by their own number.
    place = tf.where(stays, tf.range(anchors), anchors + order)
    rows = tf.gather(order, tf.argsort(place, axis=1), batch_dims=1)
    kept = tf.sort(place, axis=1) < anchors
    label, score = (tf.gather(values, rows, batch_dims=1) for values in (label, score))
    low = score < score_threshold
    return tf.concat(
        [
            tf.where(kept & ~low, label, -1.0)[..., tf.newaxis],
            tf.where(low, 1 - score, score)[..., tf.newaxis],
            tf.gather(boxes, rows, batch_dims=1),
        ],
        axis=-1,
    )
