"""Matching of detections with objects, by hand."""

from __future__ import annotations

import numpy as np

from tfd2l.ops.vision.detection_matching import ImageDetections, match_detections


def test_detections_are_matched_for_each_class_separately():
    box, other = [0.1, 0.1, 0.5, 0.5], [0.6, 0.6, 0.9, 0.9]
    objects = np.array([[0, *box], [1, *other], [1, *box], [-1, 0, 0, 0, 0]])
    found = ImageDetections(np.array([box, box, other, other]), np.array([0, 0, 1, 0]), np.array([0.3, 0.9, 0.5, 0.8]))
    right, hit = match_detections(objects, found)
    assert right.tolist() == [False, True, True, False]  # a second one of the same object, one of another class
    assert hit.tolist() == [True, True, False, False]
    none = ImageDetections(np.zeros((0, 4)), np.zeros(0, int), np.zeros(0))
    assert [len(matched) for matched in match_detections(objects, none)] == [0, 4]
