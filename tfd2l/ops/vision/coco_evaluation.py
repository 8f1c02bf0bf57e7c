"""Average precision of object detection by COCO's own evaluation code."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from tfd2l.ops.vision.detection_matching import ImageDetections


@dataclass(frozen=True)
class CocoMetrics:
    """Metrics of COCO's evaluation; NaN where there is no object.

    Args:
        map: Mean average precision over the classes and the IoU thresholds 0.5, 0.55, ..., 0.95.
        map50: Mean average precision at an IoU threshold of 0.5.
        map75: Mean average precision at an IoU threshold of 0.75.
        by_class: Average precision of each class, as a mean over the IoU thresholds.
        by_class_50: Average precision of each class at an IoU threshold of 0.5.

    Example:
        >>> from tfd2l.ops.vision.coco_evaluation import CocoMetrics
        >>> CocoMetrics(map=0.4, map50=0.7, map75=0.5, by_class=(0.4,), by_class_50=(0.7,)).map75
        0.5
    """

    map: float
    map50: float
    map75: float
    by_class: tuple[float, ...]
    by_class_50: tuple[float, ...]


def evaluate_coco(
    truth: Sequence[np.ndarray], found: Sequence[ImageDetections], num_classes: int, sizes: Sequence[tuple[int, int]]
) -> CocoMetrics:
    """Evaluates detections with pycocotools, at most 100 detections an image.

    Args:
        truth: One array of shape `(objects, 5)` an image: the class and the box of each object, in corner format and
            normalized coordinates. Rows of class -1 are padding.
        found: The detections of each image, in normalized coordinates.
        num_classes: The number of classes of objects.
        sizes: Height and width of each image in pixels.

    Returns:
        The metrics of COCO.

    Example:
        >>> from tfd2l.ops.vision.detection_matching import ImageDetections
        >>> from tfd2l.ops.vision.coco_evaluation import evaluate_coco
        >>> found = ImageDetections(np.array([[0.0, 0.0, 1.0, 0.8]]), classes=np.array([0]), scores=np.array([0.6]))
        >>> metrics = evaluate_coco([np.array([[0.0, 0.0, 0.0, 1.0, 1.0]])], [found], num_classes=1, sizes=[(100, 100)])
        >>> f"{metrics.map50:.2f} {metrics.map:.2f}"
        '1.00 0.70'

    References:
        - Lin et al., 2014, *Microsoft COCO: Common Objects in Context*.
    """
    images = [{"id": number, "height": height, "width": width} for number, (height, width) in enumerate(sizes)]
    annotations: list[dict[str, object]] = []
    results: list[dict[str, object]] = []
    for number, (objects, detections, (height, width)) in enumerate(zip(truth, found, sizes, strict=True)):
        scale = np.array([width, height, width, height], np.float64)
        for label, *box in objects[objects[:, 0] >= 0].tolist():
            pixels = _convert_to_coco(np.array(box) * scale)
            area = pixels[2] * pixels[3]
            # pycocotools takes a match with id 0 for none.
            annotations.append(
                {"id": len(annotations) + 1, "image_id": number, "category_id": int(label), "bbox": pixels}
                | {"area": area, "iscrowd": 0}
            )
        for box, label, score in zip(detections.boxes, detections.classes, detections.scores, strict=True):
            pixels = _convert_to_coco(box.astype(np.float64) * scale)
            results.append({"image_id": number, "category_id": int(label), "bbox": pixels, "score": float(score)})
    with contextlib.redirect_stdout(io.StringIO()):  # pycocotools prints its progress
        truth_api = COCO()
        categories = [{"id": label} for label in range(num_classes)]
        truth_api.dataset = {"info": {}, "images": images, "annotations": annotations, "categories": categories}
        truth_api.createIndex()
        if not results:  # pycocotools cannot load none
            empty = tuple(
                0.0 if any((o[:, 0] == label).any() for o in truth) else np.nan for label in range(num_classes)
            )
            mean = 0.0 if annotations else float("nan")
            return CocoMetrics(mean, mean, mean, empty, empty)
        evaluation = COCOeval(truth_api, truth_api.loadRes(results), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
    precision = evaluation.eval["precision"][:, :, :, 0, 2]  # (IoU, recall, class), all areas, 100 detections
    precision = np.where(precision < 0, np.nan, precision)  # -1: the class has no object
    return CocoMetrics(
        map=_average(precision),
        map50=_average(precision[0]),
        map75=_average(precision[5]),
        by_class=tuple(_average(precision[..., label]) for label in range(num_classes)),
        by_class_50=tuple(_average(precision[0, :, label]) for label in range(num_classes)),
    )


def _convert_to_coco(box: np.ndarray) -> list[float]:
    """Converts a box in corner format to `[left, top, width, height]`."""
    return [*box[:2].tolist(), *(box[2:] - box[:2]).tolist()]


def _average(values: np.ndarray) -> float:
    return float("nan") if np.isnan(values).all() else float(np.nanmean(values))
