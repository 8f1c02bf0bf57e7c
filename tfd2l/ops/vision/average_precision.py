"""Average precision of a detector, from what it found in all images of a split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Matching = Literal["voc", "coco"]
Interpolation = Literal["all_point", "11_point", "101_point"]
POINTS = {"11_point": 11, "101_point": 101}


@dataclass(frozen=True)
class ImageDetections:
    """What a detector found in one image.

    Args:
        boxes: (n, 4) corner boxes.
        classes: (n,) from 0.
        scores: (n,).
    """

    boxes: np.ndarray
    classes: np.ndarray
    scores: np.ndarray


@dataclass(frozen=True)
class RankedDetections:
    """Detections of one class in all images, the likeliest first.

    Args:
        scores: (n,), falling.
        right: (n,) bool: it is an object that no likelier detection has found.
        objects: how many there are to be found.
    """

    scores: np.ndarray
    right: np.ndarray
    objects: int

    @property
    def precision(self) -> np.ndarray:
        """(n,): of so many likeliest detections, the share that is right."""
        return np.cumsum(self.right) / np.arange(1, len(self.right) + 1)

    @property
    def recall(self) -> np.ndarray:
        """(n,): of all objects, the share that so many likeliest detections find; not a number without objects."""
        return np.cumsum(self.right) / self.objects if self.objects else np.full(len(self.right), np.nan)


def rank_detections(
    truth: Sequence[np.ndarray],
    found: Sequence[ImageDetections],
    label: int,
    iou_threshold: float = 0.5,
    matching: Matching = "voc",
) -> RankedDetections:
    """Detections of one class, each compared with the objects of its image.

    Args:
        truth: an image each: (objects, 5), class and corner box; class -1 is padding.
        found: an image each.
        label: the class.
        iou_threshold: from which IoU on a detection is the object.
        matching: "voc": a detection stands for the object that it overlaps most, and is wrong if a likelier one
            stands for that; "coco": for the one that it overlaps most of those that are left.

    Source: Everingham et al. 2010, *The Pascal VOC Challenge*; Lin et al. 2014, *Microsoft COCO*.
    """
    scores, right, objects = [], [], 0
    for image, detected in zip(truth, found, strict=True):
        own = image[image[:, 0] == label, 1:]
        mine = np.flatnonzero(detected.classes == label)
        mine = mine[np.argsort(-detected.scores[mine], kind="stable")]
        scores.append(detected.scores[mine])
        right.append(_right(_iou(detected.boxes[mine], own), iou_threshold, matching))
        objects += len(own)
    every_score, every_right = np.concatenate([[], *scores]), np.concatenate([np.zeros(0, bool), *right])
    order = np.argsort(-every_score, kind="stable")
    return RankedDetections(every_score[order], every_right[order], objects)


def compute_average_precision(ranked: RankedDetections, interpolation: Interpolation = "all_point") -> float:
    """The area below the curve of precision over recall; not a number where there is no object.

    The precision at a recall is the greatest at that recall or a higher one.

    Args:
        ranked: detections of one class.
        interpolation: "all_point": the area itself (VOC from 2010 on); "11_point": the mean at recalls 0, 0.1, ..., 1
            (VOC 2007); "101_point": at 0, 0.01, ..., 1 (COCO).
    """
    if not ranked.objects:
        return float("nan")
    highest = np.maximum.accumulate(ranked.precision[::-1])[::-1]
    if interpolation == "all_point":
        return float(np.sum(np.diff(ranked.recall, prepend=0.0) * highest))
    recalls = np.linspace(0, 1, POINTS[interpolation])
    place = np.searchsorted(ranked.recall, recalls, side="left")  # the first that reaches the recall
    return float(np.mean(np.append(highest, 0.0)[place]))


def compute_mean_average_precision(precisions: Sequence[float]) -> float:
    """The mean over the classes that have objects; not a number if none has."""
    known = [value for value in precisions if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")


def match_detections(
    objects: np.ndarray, found: ImageDetections, iou_threshold: float = 0.5, matching: Matching = "voc"
) -> tuple[np.ndarray, np.ndarray]:
    """Matches the detections of one image with its objects, each class by itself, as average precision does.

    Args:
        objects: (objects, 5), class and corner box; class -1 is padding.
        found: the detections.
        iou_threshold: from which IoU on a detection is the object.
        matching: as in `rank_detections`.

    Returns:
        (detections,) bool, whether each is right, and (objects,) bool, whether each is found.
    """
    right, hit = np.zeros(len(found.scores), bool), np.zeros(len(objects), bool)
    for label in np.unique(found.classes):
        mine = np.flatnonzero(found.classes == label)
        mine = mine[np.argsort(-found.scores[mine], kind="stable")]
        own = np.flatnonzero(objects[:, 0] == label)
        matched = _matched(_iou(found.boxes[mine], objects[own, 1:]), iou_threshold, matching)
        right[mine] = matched >= 0
        hit[own[matched[matched >= 0]]] = True
    return right, hit


def _right(overlap: np.ndarray, iou_threshold: float, matching: Matching) -> np.ndarray:
    """(n,) bool: the detection is an object that no likelier one has found."""
    return _matched(overlap, iou_threshold, matching) >= 0


def _matched(overlap: np.ndarray, iou_threshold: float, matching: Matching) -> np.ndarray:
    """(n,) the object that each detection is, or -1, from the IoU (n, objects) of detections, the likeliest first."""
    matched = np.full(len(overlap), -1)
    if overlap.shape[1] == 0:
        return matched
    left = np.ones(overlap.shape[1], bool)
    for rank, row in enumerate(overlap):
        best = int(np.argmax(row if matching == "voc" else np.where(left, row, -1.0)))
        if row[best] >= iou_threshold and left[best]:
            matched[rank], left[best] = best, False
    return matched


def _iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(n, m), in float64 and without starting TensorFlow for each image."""
    a, b = a.astype(np.float64)[:, None], b.astype(np.float64)[None]
    low, high = np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., 2:], b[..., 2:])
    shared = np.prod(np.maximum(high - low, 0), axis=-1)
    union = np.prod(a[..., 2:] - a[..., :2], axis=-1) + np.prod(b[..., 2:] - b[..., :2], axis=-1) - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
