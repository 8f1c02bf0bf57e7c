"""Every metric adds up over batches and devices, as `check_metric` has it."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.registry import entries, find
from tfd2l.testing import check_metric

RNG = np.random.default_rng(0)
LABELS = np.array([0, 2, 1, 1], np.int32)
LOGITS = RNG.normal(size=(4, 3)).astype(np.float32)
PIXELS = RNG.integers(0, 3, (4, 2, 2)).astype(np.int32)

# metric -> its options, targets and predictions of a batch
METRICS = {
    "accuracy": ({}, LABELS, LOGITS),
    "cross_entropy": ({"target": "a"}, {"a": LABELS}, {"a": LOGITS}),
    "perplexity": ({"target": "a"}, {"a": LABELS}, {"a": LOGITS}),
    "pixel_accuracy": ({}, PIXELS, RNG.normal(size=(4, 2, 2, 3)).astype(np.float32)),
    "target_accuracy": ({"target": "a"}, {"a": LABELS}, {"a": LOGITS}),
}
ELSEWHERE = {"book_sequence_loss", "box_mae", "class_error", "mean_iou", "multibox_part"}  # of anchors, sequences, data


def test_every_metric_is_checked():
    assert {entry.name for entry in entries("metric") if entry.distribution == "tfd2l"} == set(METRICS) | ELSEWHERE


@pytest.mark.parametrize("name", METRICS)
def test_adds_up_over_batches_and_devices(name):
    options, targets, predictions = METRICS[name]
    make = find("metric", name).load()
    check_metric(lambda: make(**options), targets, predictions)
