"""Average precision of object detection over all images of a split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Matching = Literal["voc", "coco"]
Interpolation = Literal["all_point", "11_point", "101_point"]
NUM_RECALLS = {"11_point": 11, "101_point": 101}


@dataclass(frozen=True)
class ImageDetections:
    """Detections of one image.

    Args:
        boxes: An array of shape `(n, 4)`: boxes in corner format.
        classes: An array of shape `(n,)`: classes from 0.
        scores: An array of shape `(n,)`.

    Example:
        >>> from tfd2l.ops.vision.average_precision import ImageDetections
        >>> ImageDetections(np.array([[0.0, 0.0, 1.0, 1.0]]), classes=np.array([3]), scores=np.array([0.9])).scores
        array([0.9])
    """

    boxes: np.ndarray
    classes: np.ndarray
    scores: np.ndarray


@dataclass(frozen=True)
class RankedDetections:
    """Detections of one class in all images, by falling score.

    Args:
        scores: An array of shape `(n,)`, falling.
        is_correct: A boolean array of shape `(n,)`: whether the detection is an object that none of a higher score is.
        num_objects: The number of objects of the class.

    Example:
        >>> from tfd2l.ops.vision.average_precision import RankedDetections
        >>> ranked = RankedDetections(np.array([0.9, 0.8, 0.3]), np.array([True, False, True]), num_objects=4)
        >>> ranked.precision, ranked.recall
        (array([1.    , 0.5   , 0.6667]), array([0.25, 0.25, 0.5 ]))
    """

    scores: np.ndarray
    is_correct: np.ndarray
    num_objects: int

    @property
    def precision(self) -> np.ndarray:
        """An array of shape `(n,)`: the share of correct ones among the first 1, 2, ..., n detections."""
        return np.cumsum(self.is_correct) / np.arange(1, len(self.is_correct) + 1)

    @property
    def recall(self) -> np.ndarray:
        """An array of shape `(n,)`: the share of objects that the first 1, 2, ..., n detections find, or NaN."""
        return (
            np.cumsum(self.is_correct) / self.num_objects if self.num_objects else np.full(len(self.is_correct), np.nan)
        )


def rank_detections(
    truth: Sequence[np.ndarray],
    found: Sequence[ImageDetections],
    label: int,
    iou_threshold: float = 0.5,
    matching: Matching = "voc",
) -> RankedDetections:
    """Ranks the detections of one class and compares each with the objects of its image.

    Args:
        truth: One array of shape `(objects, 5)` an image: the class and the box in corner format of each object. Rows
            of class -1 are padding.
        found: The detections of each image.
        label: The class.
        iou_threshold: The IoU from which a detection matches an object. Defaults to 0.5.
        matching: How objects are matched. With "voc", a detection is compared with the object that it overlaps most,
            and is wrong if one of a higher score has matched that object. With "coco", it is compared with the object
            that it overlaps most among those not matched yet. Defaults to "voc".

    Returns:
        The detections of the class in all images, by falling score.

    Example:
        >>> from tfd2l.ops.vision.average_precision import ImageDetections, rank_detections
        >>> boxes = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 0.9]])
        >>> found = ImageDetections(boxes, classes=np.array([0, 0]), scores=np.array([0.6, 0.8]))
        >>> rank_detections([np.array([[0.0, 0.0, 0.0, 1.0, 1.0]])], [found], label=0).is_correct
        array([ True, False])

    References:
        - Everingham et al., 2010, *The Pascal Visual Object Classes (VOC) Challenge*.
        - Lin et al., 2014, *Microsoft COCO: Common Objects in Context*.
    """
    scores, is_correct, num_objects = [], [], 0
    for objects, detections in zip(truth, found, strict=True):
        boxes = objects[objects[:, 0] == label, 1:]  # (objects of the class, 4)
        chosen = np.flatnonzero(detections.classes == label)
        chosen = chosen[np.argsort(-detections.scores[chosen], kind="stable")]
        scores.append(detections.scores[chosen])
        is_correct.append(_match(_compute_iou(detections.boxes[chosen], boxes), iou_threshold, matching) >= 0)
        num_objects += len(boxes)
    all_scores = np.concatenate([[], *scores])
    order = np.argsort(-all_scores, kind="stable")
    return RankedDetections(all_scores[order], np.concatenate([np.zeros(0, bool), *is_correct])[order], num_objects)


def compute_average_precision(ranked: RankedDetections, interpolation: Interpolation = "all_point") -> float:
    """Computes average precision: the area under the precision-recall curve.

    The precision at a recall is the greatest one at that recall or a higher one.

    Args:
        ranked: Detections of one class, by falling score.
        interpolation: How the area is computed. "all_point" is the area itself (VOC since 2010), "11_point" the mean of
            the precision at recalls 0, 0.1, ..., 1 (VOC 2007), and "101_point" the mean at recalls 0, 0.01, ..., 1
            (COCO). Defaults to "all_point".

    Returns:
        A float in [0, 1]; NaN if the class has no object.

    Example:
        >>> from tfd2l.ops.vision.average_precision import RankedDetections, compute_average_precision
        >>> ranked = RankedDetections(np.array([0.9, 0.8, 0.3]), np.array([True, False, True]), num_objects=2)
        >>> round(compute_average_precision(ranked), 4)
        0.8333
    """
    if not ranked.num_objects:
        return float("nan")
    envelope = np.maximum.accumulate(ranked.precision[::-1])[::-1]
    if interpolation == "all_point":
        return float(np.sum(np.diff(ranked.recall, prepend=0.0) * envelope))
    recalls = np.linspace(0, 1, NUM_RECALLS[interpolation])
    first = np.searchsorted(ranked.recall, recalls, side="left")  # the first that reaches each recall
    return float(np.mean(np.append(envelope, 0.0)[first]))


def compute_mean_average_precision(precisions: Sequence[float]) -> float:
    """Computes the mean of average precision over the classes that have objects.

    Args:
        precisions: The average precision of each class; NaN for one without objects.

    Returns:
        A float in [0, 1]; NaN if no class has an object.

    Example:
        >>> from tfd2l.ops.vision.average_precision import compute_mean_average_precision
        >>> compute_mean_average_precision([0.5, 1.0, float("nan")])
        0.75
    """
    known = [value for value in precisions if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")


def match_detections(
    objects: np.ndarray, found: ImageDetections, iou_threshold: float = 0.5, matching: Matching = "voc"
) -> tuple[np.ndarray, np.ndarray]:
    """Matches the detections of one image with its objects, for each class separately, as average precision does.

    Args:
        objects: An array of shape `(objects, 5)`: the class and the box in corner format of each object. Rows of class
            -1 are padding.
        found: The detections of the image.
        iou_threshold: The IoU from which a detection matches an object. Defaults to 0.5.
        matching: How objects are matched; see `rank_detections`. Defaults to "voc".

    Returns:
        Two boolean arrays: whether each detection is correct, of shape `(detections,)`, and whether each object is
        found, of shape `(objects,)`.

    Example:
        >>> from tfd2l.ops.vision.average_precision import ImageDetections, match_detections
        >>> found = ImageDetections(np.array([[0.0, 0.0, 1.0, 0.9]]), classes=np.array([0]), scores=np.array([0.6]))
        >>> match_detections(np.array([[0.0, 0.0, 0.0, 1.0, 1.0], [1.0, 0.0, 0.0, 1.0, 1.0]]), found)
        (array([ True]), array([ True, False]))
    """
    is_correct, is_found = np.zeros(len(found.scores), bool), np.zeros(len(objects), bool)
    for label in np.unique(found.classes):
        chosen = np.flatnonzero(found.classes == label)
        chosen = chosen[np.argsort(-found.scores[chosen], kind="stable")]
        same_class = np.flatnonzero(objects[:, 0] == label)
        matched = _match(_compute_iou(found.boxes[chosen], objects[same_class, 1:]), iou_threshold, matching)
        is_correct[chosen] = matched >= 0
        is_found[same_class[matched[matched >= 0]]] = True
    return is_correct, is_found


def _match(overlap: np.ndarray, iou_threshold: float, matching: Matching) -> np.ndarray:
    """Returns the object that each detection matches, or -1, from the IoU of detections by falling score.

    Args:
        overlap: An array of shape `(detections, objects)`.
        iou_threshold: The IoU from which a detection matches an object.
        matching: See `rank_detections`.
    """
    matched = np.full(len(overlap), -1)
    if overlap.shape[1] == 0:
        return matched
    is_free = np.ones(overlap.shape[1], bool)
    for rank, row in enumerate(overlap):
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
