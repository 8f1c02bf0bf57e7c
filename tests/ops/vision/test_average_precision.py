"""Average precision by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.ops.vision.average_precision import (
    RankedDetections,
    compute_average_precision,
    compute_mean_average_precision,
    rank_detections,
)
from tfd2l.ops.vision.detection_matching import ImageDetections


def ranked(right, objects):
    return RankedDetections(np.linspace(1, 0.5, len(right)), np.array(right, bool), objects)


def test_average_precision_by_hand():
    """Right, wrong, right, wrong of 4 objects: precision 1, 1/2, 2/3, 1/2 at recall 1/4, 1/4, 1/2, 1/2."""
    found = ranked([1, 0, 1, 0], 4)
    np.testing.assert_allclose(found.precision, [1, 1 / 2, 2 / 3, 1 / 2])
    np.testing.assert_allclose(found.recall, [1 / 4, 1 / 4, 1 / 2, 1 / 2])
    assert compute_average_precision(found) == pytest.approx(1 / 4 + 1 / 4 * 2 / 3)
    assert compute_average_precision(found, "11_point") == pytest.approx((3 * 1 + 3 * 2 / 3) / 11)
    assert compute_average_precision(found, "101_point") == pytest.approx((26 * 1 + 25 * 2 / 3) / 101)


def test_average_precision_of_all_none_and_no_objects():
    for interpolation in ("all_point", "11_point", "101_point"):
        assert compute_average_precision(ranked([1, 1, 1], 3), interpolation) == 1
        assert compute_average_precision(ranked([], 3), interpolation) == 0
        assert compute_average_precision(ranked([0, 0], 3), interpolation) == 0
        assert np.isnan(compute_average_precision(ranked([0, 0], 0), interpolation))
    assert compute_mean_average_precision([0.5, float("nan"), 1.0]) == 0.75
    assert np.isnan(compute_mean_average_precision([float("nan")]))


def test_an_object_matches_one_detection():
    """The second finds what is found; the third is nearest to that too, though it would do for the other one."""
    truth = [np.array([[0, 0, 0, 0.5, 0.5], [0, 0.1, 0.0, 0.6, 0.5], [-1, 0, 0, 0, 0]])]
    boxes = np.array([[0, 0, 0.5, 0.5], [0.01, 0, 0.51, 0.5], [0.02, 0, 0.52, 0.5]])
    found = [ImageDetections(boxes, np.zeros(3), np.array([0.9, 0.8, 0.7]))]
    assert rank_detections(truth, found, 0).is_correct.tolist() == [True, False, False]
    assert rank_detections(truth, found, 0, matching="coco").is_correct.tolist() == [True, True, False]
    assert rank_detections(truth, found, 1).num_objects == 0
