"""Non-maximum suppression of predicted boxes."""

from __future__ import annotations

from typing import NamedTuple

import tensorflow as tf

from tfd2l.ops.vision.boxes import compute_iou


class Detections(NamedTuple):
    """Detections of a batch of images, by falling score, padded to a static shape.

    Attributes:
        boxes: A tensor of shape `(batch, detections, 4)`: boxes in corner format, padded with 0.
        classes: An int32 tensor of shape `(batch, detections)`: classes from 0, padded with -1.
        scores: A tensor of shape `(batch, detections)`, padded with 0.

    Example:
        >>> from tfd2l.ops.vision.nms import Detections
        >>> Detections(tf.zeros((1, 3, 4)), tf.fill((1, 3), -1), tf.zeros((1, 3))).classes.numpy()
        array([[-1, -1, -1]], dtype=int32)
    """

    boxes: tf.Tensor
    classes: tf.Tensor
    scores: tf.Tensor


def find_unsuppressed(overlap: tf.Tensor, iou_threshold: float) -> tf.Tensor:
    """Computes which boxes non-maximum suppression keeps.

    A box is suppressed if its IoU with a box that has a higher score and is kept itself is above the threshold. The
    boxes are not visited one by one: all are kept at first, and then all are compared at once with the kept boxes of
    higher scores, until nothing changes. The first box is right from the start, and each round makes at least the next
    one right (usually nearly all).

    Args:
        overlap: A tensor of shape `(..., n, n)`: pairwise IoU of boxes in order of falling scores.
        iou_threshold: The IoU above which the box with the lower score is suppressed.

    Returns:
        A boolean tensor of shape `(..., n)`, true for boxes that are kept.

    Example:
        >>> from tfd2l.ops.vision.nms import find_unsuppressed
        >>> overlap = tf.constant([[1.0, 0.7, 0.0], [0.7, 1.0, 0.6], [0.0, 0.6, 1.0]])
        >>> find_unsuppressed(overlap, iou_threshold=0.5).numpy()
        array([ True, False,  True])
    """
    count = tf.shape(overlap)[-1]
    ranks_higher = tf.range(count)[:, tf.newaxis] > tf.range(count)  # (n, n): the column's score is the row's or higher
    conflicts = (overlap > iou_threshold) & ranks_higher  # (..., n, n)
    is_kept = tf.ones(tf.shape(overlap)[:-1], tf.bool)  # (..., n)

    def suppress(is_kept: tf.Tensor, is_changing: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        updated = ~tf.reduce_any(conflicts & is_kept[..., tf.newaxis, :], axis=-1)
        return updated, tf.reduce_any(updated != is_kept)

    is_kept, _ = tf.while_loop(lambda _, is_changing: is_changing, suppress, (is_kept, tf.constant(True)))
    return is_kept


def apply_per_class_nms(
    boxes: tf.Tensor,
    scores: tf.Tensor,
    iou_threshold: float = 0.5,
    score_threshold: float = 0.01,
    max_detections: int = 100,
    candidates: int = 400,
) -> Detections:
    """Applies non-maximum suppression to the boxes of each image, for each class separately.

    Args:
        boxes: A tensor of shape `(batch, anchors, 4)`: boxes in corner format.
        scores: A tensor of shape `(batch, anchors, classes)`: class probabilities, without the background.
        iou_threshold: The IoU above which the box with the lower score is suppressed. Defaults to 0.5.
        score_threshold: Pairs of box and class with a lower score are dropped. Defaults to 0.01.
        max_detections: The maximum number of detections of an image, over all classes. Defaults to 100.
        candidates: How many pairs of box and class enter suppression, those with the highest scores of each image.
            Defaults to 400.

    Returns:
        `Detections` of shape `(batch, max_detections)`.

    Example:
        >>> from tfd2l.ops.vision.nms import apply_per_class_nms
        >>> boxes = tf.constant([[[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 0.9]]])
        >>> scores = tf.constant([[[0.9, 0.1], [0.8, 0.3]]])
        >>> found = apply_per_class_nms(boxes, scores, max_detections=3)
        >>> found.classes.numpy(), found.scores.numpy()
        (array([[ 0,  1, -1]], dtype=int32), array([[0.9, 0.3, 0. ]], dtype=float32))
    """
    num_classes = scores.shape[-1]
    num_pairs = scores.shape[1] * num_classes
    flat = tf.reshape(scores, [tf.shape(scores)[0], num_pairs])  # (batch, anchors * classes)
    top = tf.math.top_k(flat, min(candidates, num_pairs))  # (batch, candidates)
    label = top.indices % num_classes  # (batch, candidates)
    box = tf.gather(boxes, top.indices // num_classes, batch_dims=1)  # (batch, candidates, 4)
    same_class = label[:, :, tf.newaxis] == label[:, tf.newaxis]
    overlap = tf.where(same_class, compute_iou(box, box), 0.0)  # (batch, candidates, candidates)
    is_kept = find_unsuppressed(overlap, iou_threshold) & (top.values >= score_threshold)
    # (batch, detections), in the order of the candidates
    kept = tf.math.top_k(tf.where(is_kept, top.values, -1.0), min(max_detections, top.values.shape[1]))
    padding = [[0, 0], [0, max_detections - kept.values.shape[1]]]
    found = kept.values >= 0
    return Detections(
        tf.pad(tf.where(found[..., tf.newaxis], tf.gather(box, kept.indices, batch_dims=1), 0.0), [*padding, [0, 0]]),
        tf.pad(tf.where(found, tf.gather(label, kept.indices, batch_dims=1), -1), padding, constant_values=-1),
        tf.pad(tf.where(found, kept.values, 0.0), padding),
    )


def apply_class_agnostic_nms(
    boxes: tf.Tensor, scores: tf.Tensor, iou_threshold: float = 0.5, score_threshold: float = 0.009999999
) -> tf.Tensor:
    """Applies non-maximum suppression to the boxes of each image across all classes, as the book prints it.

    Each box has one class, its most likely one, and keeps a row of the result: first the boxes that are kept, by
    falling score, then the suppressed ones, in their own order and with class -1. A kept box whose score is below
    `score_threshold` counts as background: its class is -1 and its score is `1 - score`.

    Args:
        boxes: A tensor of shape `(batch, anchors, 4)`: boxes in corner format.
        scores: A tensor of shape `(batch, anchors, classes)`: class probabilities, without the background.
        iou_threshold: The IoU above which the box with the lower score is suppressed. Defaults to 0.5.
        score_threshold: The score below which a box counts as background, `pos_threshold` in the book. Defaults to
            0.009999999.

    Returns:
        A tensor of shape `(batch, anchors, 6)`: class, score, and box in corner format.

    Example:
        >>> from tfd2l.ops.vision.nms import apply_class_agnostic_nms
        >>> boxes = tf.constant([[[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 0.9]]])
        >>> scores = tf.constant([[[0.6, 0.1], [0.2, 0.8]]])
        >>> apply_class_agnostic_nms(boxes, scores)[0, :, :2].numpy()
        array([[ 1. ,  0.8],
               [-1. ,  0.6]], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 13.4.4, `multibox_detection`.
    """
    score = tf.reduce_max(scores, axis=-1)  # (batch, anchors)
    label = tf.cast(tf.argmax(scores, axis=-1, output_type=tf.int32), boxes.dtype)  # (batch, anchors)
    order = tf.argsort(score, axis=1, direction="DESCENDING", stable=True)
    ranked = tf.gather(boxes, order, batch_dims=1)  # (batch, anchors, 4)
    is_kept = find_unsuppressed(compute_iou(ranked, ranked), iou_threshold)  # (batch, anchors), by rank
    count = tf.shape(score)[1]
    # Kept boxes are sorted by rank, suppressed ones after them by their index.
    sort_key = tf.where(is_kept, tf.range(count), count + order)
    rows = tf.gather(order, tf.argsort(sort_key, axis=1), batch_dims=1)
    is_kept = tf.sort(sort_key, axis=1) < count
    label, score = (tf.gather(values, rows, batch_dims=1) for values in (label, score))
    is_low = score < score_threshold
    return tf.concat(
        [
            tf.where(is_kept & ~is_low, label, -1.0)[..., tf.newaxis],
            tf.where(is_low, 1 - score, score)[..., tf.newaxis],
            tf.gather(boxes, rows, batch_dims=1),
        ],
        axis=-1,
    )
