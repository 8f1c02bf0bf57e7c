"""Average precision as COCO measures it, by its own code."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from tfd2l.ops.vision.average_precision import ImageDetections


@dataclass(frozen=True)
class CocoMetrics:
    """What COCO's evaluation says; not a number where there is no object.

    Args:
        map: mean average precision over classes and the IoU 0.5, 0.55, ..., 0.95.
        map50, map75: at one IoU.
        by_class: mean average precision of each class over all IoU.
        by_class_50: of each class at an IoU of 0.5.
    """

    map: float
    map50: float
    map75: float
    by_class: tuple[float, ...]
    by_class_50: tuple[float, ...]


def evaluate_coco(
    truth: Sequence[np.ndarray], found: Sequence[ImageDetections], num_classes: int, sizes: Sequence[tuple[int, int]]
) -> CocoMetrics:
    """Evaluate by pycocotools, at most 100 detections an image.

    Args:
        truth: an image each: (objects, 5), class and corner box in shares of the image; class -1 is padding.
        found: an image each, boxes in the same units.
        num_classes: of objects.
        sizes: (height, width) of each image in pixels.

    Source: Lin et al. 2014, *Microsoft COCO: Common Objects in Context*.
    """
    images = [{"id": number, "height": height, "width": width} for number, (height, width) in enumerate(sizes)]
    annotations: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for number, (objects, detected, (height, width)) in enumerate(zip(truth, found, sizes, strict=True)):
        scale = np.array([width, height, width, height], np.float64)
        for label, *box in objects[objects[:, 0] >= 0].tolist():
            pixels = _from_corners(np.array(box) * scale)
            area = pixels[2] * pixels[3]
            # Ids count from 1: to pycocotools a match with id 0 is none.
            annotations.append(
                {"id": len(annotations) + 1, "image_id": number, "category_id": int(label), "bbox": pixels}
                | {"area": area, "iscrowd": 0}
            )
        for box, label, score in zip(detected.boxes, detected.classes, detected.scores, strict=True):
            pixels = _from_corners(box.astype(np.float64) * scale)
            results.append({"image_id": number, "category_id": int(label), "bbox": pixels, "score": float(score)})
    with contextlib.redirect_stdout(io.StringIO()):  # it prints its progress
        gold = COCO()
        categories = [{"id": label} for label in range(num_classes)]
        gold.dataset = {"info": {}, "images": images, "annotations": annotations, "categories": categories}
        gold.createIndex()
        if not results:  # pycocotools cannot load none
            empty = tuple(
                0.0 if any((o[:, 0] == label).any() for o in truth) else np.nan for label in range(num_classes)
            )
            mean = 0.0 if annotations else float("nan")
            return CocoMetrics(mean, mean, mean, empty, empty)
        evaluation = COCOeval(gold, gold.loadRes(results), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
    precision = evaluation.eval["precision"][:, :, :, 0, 2]  # (IoU, recall, class), all areas, 100 detections
    precision = np.where(precision < 0, np.nan, precision)  # -1: the class has no object
    return CocoMetrics(
        map=_mean(precision),
        map50=_mean(precision[0]),
        map75=_mean(precision[5]),
        by_class=tuple(_mean(precision[..., label]) for label in range(num_classes)),
        by_class_50=tuple(_mean(precision[0, :, label]) for label in range(num_classes)),
    )


def _from_corners(box: np.ndarray) -> list[float]:
    """Left, top, width, height."""
    return [*box[:2].tolist(), *(box[2:] - box[:2]).tolist()]


def _mean(values: np.ndarray) -> float:
    return float("nan") if np.isnan(values).all() else float(np.nanmean(values))
