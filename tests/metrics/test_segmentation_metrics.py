"""Pixel accuracy and mean IoU: scikit-learn's, over batches, with weights of images and pixels that do not count."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, jaccard_score

from tfd2l.data.info import NO_DATA
from tfd2l.metrics.mean_iou import MeanIoU, mean_iou
from tfd2l.metrics.pixel_accuracy import PixelAccuracy
from tfd2l.training.metric_sums import MetricSums

CLASSES = 6


@pytest.fixture
def images():
    """Masks in which the last class is never, logits that never take it; the second image does not count."""
    rng = np.random.default_rng(0)
    masks = rng.integers(0, CLASSES - 1, (6, 4, 5)).astype(np.uint8)
    masks[rng.random(masks.shape) < 0.2] = 255
    logits = rng.normal(size=(*masks.shape, CLASSES)).astype(np.float32)
    logits[..., -1] = -9
    return masks, logits, np.array([1, 0, 1, 1, 1, 1], np.float32)


@pytest.mark.parametrize("size", [1, 3, 6])
def test_agree_with_scikit_learn_whatever_the_batch(images, size):
    masks, logits, weights = images
    info = dataclasses.replace(NO_DATA, class_names=tuple("abcdef"))
    metrics = [PixelAccuracy(), mean_iou(info)]
    sums = MetricSums(metrics)
    for start in range(0, len(masks), size):
        part = slice(start, start + size)
        sums.add(0.0, 1.0, sums.measure(masks[part], logits[part], weights[part]))
    counted = (masks != 255) & (weights[:, None, None] > 0)
    truth, predicted = masks[counted], logits.argmax(-1)[counted]
    assert [metric.name for metric in metrics] == ["pixel_accuracy", "mean_iou"]
    assert float(metrics[0].result()) == pytest.approx(accuracy_score(truth, predicted), rel=1e-6)
    expected = jaccard_score(truth, predicted, labels=range(CLASSES - 1), average="macro")
    assert float(metrics[1].result()) == pytest.approx(expected, rel=1e-6)


def test_a_class_that_is_predicted_but_nowhere_counts_as_zero():
    metric = MeanIoU(3)
    metric.update_state(np.zeros((1, 1, 4), np.uint8), np.eye(3, dtype=np.float32)[[[0, 0, 0, 1]]])
    assert float(metric.result()) == pytest.approx((3 / 4 + 0) / 2)


def test_nothing_measured_is_zero():
    metric = MeanIoU(3)
    metric.update_state(np.full((1, 2, 2), 255, np.uint8), np.zeros((1, 2, 2, 3), np.float32))
    assert float(metric.result()) == 0
    assert MeanIoU.from_config(metric.get_config()).num_classes == 3
