"""Average precision by pycocotools against our own."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.ops.vision.average_precision import (
    compute_average_precision,
    compute_mean_average_precision,
    rank_detections,
)
from tfd2l.ops.vision.coco_evaluation import evaluate_coco
from tfd2l.ops.vision.detection_matching import ImageDetections

CLASSES = 3


def cases(rng, images):
    """Objects, and detections that are some of them moved about, some of another class, some of nothing."""
    truth, found = [], []
    for _ in range(images):
        count, extra = rng.integers(0, 5), rng.integers(0, 4)
        low = rng.uniform(0, 0.6, (count, 2))
        boxes = np.concatenate([low, low + rng.uniform(0.1, 0.4, (count, 2))], axis=1)
        labels = rng.integers(0, CLASSES, count)
        truth.append(np.concatenate([np.column_stack([labels, boxes]), np.full((2, 5), -1.0)]))
        twice = rng.integers(0, 3, count)
        low = rng.uniform(0, 0.6, (extra, 2))
        guesses = np.concatenate([np.repeat(boxes, twice, axis=0), np.concatenate([low, low + 0.3], axis=1)])
        guesses = guesses + rng.normal(0, 0.02, guesses.shape)
        classes = np.concatenate([np.repeat(labels, twice), rng.integers(0, CLASSES, extra)])
        classes = np.where(rng.random(len(classes)) < 0.1, rng.integers(0, CLASSES, len(classes)), classes)
        found.append(ImageDetections(guesses, classes, rng.random(len(guesses))))
    return truth, found


def test_agrees_with_pycocotools_on_1000_images():
    rng = np.random.default_rng(0)
    for images in [*[10] * 20, 800]:
        truth, found = cases(rng, images)
        sizes = [(int(h), int(w)) for h, w in rng.integers(50, 600, (images, 2))]
        coco = evaluate_coco(truth, found, CLASSES, sizes)
        ours = np.array(
            [
                [
                    compute_average_precision(rank_detections(truth, found, label, iou, "coco"), "101_point")
                    for label in range(CLASSES)
                ]
                for iou in np.linspace(0.5, 0.95, 10)
            ]
        )
        np.testing.assert_allclose(ours[0], coco.by_class_50, atol=1e-9)
        np.testing.assert_allclose(np.mean(ours, axis=0), coco.by_class, atol=1e-9)
        assert coco.map50 == pytest.approx(compute_mean_average_precision(ours[0]), abs=1e-9)
        assert coco.map75 == pytest.approx(compute_mean_average_precision(ours[5]), abs=1e-9)
        assert coco.map == pytest.approx(compute_mean_average_precision(np.mean(ours, axis=0)), abs=1e-9)
    assert 0.1 < coco.map < coco.map50 < 1


def test_pycocotools_without_detections_or_objects():
    nothing = ImageDetections(np.zeros((0, 4)), np.zeros(0), np.zeros(0))
    truth = [np.array([[1, 0.1, 0.1, 0.5, 0.5]])]
    coco = evaluate_coco(truth, [nothing], 2, [(10, 10)])
    assert coco.map50 == 0
    np.testing.assert_array_equal(coco.by_class, [np.nan, 0])
    some = ImageDetections(np.array([[0.1, 0.1, 0.5, 0.5]]), np.zeros(1), np.ones(1))
    assert np.isnan(evaluate_coco([np.full((1, 5), -1.0)], [some], 2, [(10, 10)]).map)
