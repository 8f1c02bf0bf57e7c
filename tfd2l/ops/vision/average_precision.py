"""Average precision of object detection over all images of a split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tfd2l.ops.vision.detection_matching import ImageDetections, Matching, match_boxes

Interpolation = Literal["all_point", "11_point", "101_point"]
NUM_RECALLS = {"11_point": 11, "101_point": 101}


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
        matching: How objects are matched; see `match_boxes`. Defaults to "voc".

    Returns:
        The detections of the class in all images, by falling score.

    Example:
        >>> from tfd2l.ops.vision.average_precision import rank_detections
        >>> from tfd2l.ops.vision.detection_matching import ImageDetections
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
        is_correct.append(match_boxes(detections.boxes[chosen], boxes, iou_threshold, matching) >= 0)
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
