"""Matching of detections with ground-truth objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Matching = Literal["voc", "coco"]


@dataclass(frozen=True)
class ImageDetections:
    """Detections of one image.

    Args:
        boxes: An array of shape `(n, 4)`: boxes in corner format.
        classes: An array of shape `(n,)`: classes from 0.
        scores: An array of shape `(n,)`.

    Example:
        >>> from tfd2l.ops.vision.detection_matching import ImageDetections
        >>> ImageDetections(np.array([[0.0, 0.0, 1.0, 1.0]]), classes=np.array([3]), scores=np.array([0.9])).scores
        array([0.9])
    """

    boxes: np.ndarray
    classes: np.ndarray
    scores: np.ndarray


def match_detections(
    objects: np.ndarray, found: ImageDetections, iou_threshold: float = 0.5, matching: Matching = "voc"
) -> tuple[np.ndarray, np.ndarray]:
    """Matches the detections of one image with its objects, for each class separately, as average precision does.

    Args:
        objects: An array of shape `(objects, 5)`: the class and the box in corner format of each object. Rows of class
            -1 are padding.
        found: The detections of the image.
        iou_threshold: The IoU from which a detection matches an object. Defaults to 0.5.
        matching: How objects are matched; see `match_boxes`. Defaults to "voc".

    Returns:
        Two boolean arrays: whether each detection is correct, of shape `(detections,)`, and whether each object is
        found, of shape `(objects,)`.

    Example:
        >>> from tfd2l.ops.vision.detection_matching import ImageDetections, match_detections
        >>> found = ImageDetections(np.array([[0.0, 0.0, 1.0, 0.9]]), classes=np.array([0]), scores=np.array([0.6]))
        >>> match_detections(np.array([[0.0, 0.0, 0.0, 1.0, 1.0], [1.0, 0.0, 0.0, 1.0, 1.0]]), found)
        (array([ True]), array([ True, False]))
    """
    is_correct, is_found = np.zeros(len(found.scores), bool), np.zeros(len(objects), bool)
    for label in np.unique(found.classes):
        chosen = np.flatnonzero(found.classes == label)
        chosen = chosen[np.argsort(-found.scores[chosen], kind="stable")]
        same_class = np.flatnonzero(objects[:, 0] == label)
        matched = match_boxes(found.boxes[chosen], objects[same_class, 1:], iou_threshold, matching)
        is_correct[chosen] = matched >= 0
        is_found[same_class[matched[matched >= 0]]] = True
    return is_correct, is_found


def match_boxes(
    detections: np.ndarray, objects: np.ndarray, iou_threshold: float = 0.5, matching: Matching = "voc"
) -> np.ndarray:
    """Matches the boxes of detections with those of objects.

    Args:
        detections: An array of shape `(detections, 4)`: boxes in corner format, by falling score.
        objects: An array of shape `(objects, 4)`: boxes in corner format.
        iou_threshold: The IoU from which a detection matches an object. Defaults to 0.5.
        matching: How objects are matched. With "voc", a detection is compared with the object that it overlaps most,
            and matches nothing if one of a higher score has matched that object. With "coco", it is compared with the
            object that it overlaps most among those not matched yet. Defaults to "voc".

    Returns:
        An integer array of shape `(detections,)`: the index of the object, or -1.

    Example:
        >>> from tfd2l.ops.vision.detection_matching import match_boxes
        >>> detections = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 0.9], [0.5, 0.5, 1.0, 1.0]])
        >>> match_boxes(detections, np.array([[0.0, 0.0, 1.0, 1.0]]))
        array([ 0, -1, -1])
    """
    iou = _compute_iou(detections, objects)  # (detections, objects)
    matched = np.full(len(detections), -1)
    if len(objects) == 0:
        return matched
    is_free = np.ones(len(objects), bool)
    for rank, row in enumerate(iou):
        best = int(np.argmax(row if matching == "voc" else np.where(is_free, row, -1.0)))
        if row[best] >= iou_threshold and is_free[best]:
            matched[rank], is_free[best] = best, False
    return matched


def _compute_iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Computes pairwise IoU, `(n, m)`: in float64, and without the overhead of TensorFlow for each image."""
    a, b = a.astype(np.float64)[:, None], b.astype(np.float64)[None]
    low, high = np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., 2:], b[..., 2:])
    shared = np.prod(np.maximum(high - low, 0), axis=-1)
    union = np.prod(a[..., 2:] - a[..., :2], axis=-1) + np.prod(b[..., 2:] - b[..., :2], axis=-1) - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
