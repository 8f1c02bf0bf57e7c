"""Non-maximum suppression, beside one box after the other."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.ops.vision.nms import apply_class_agnostic_nms, apply_per_class_nms

CASES, ANCHORS, CLASSES = 1000, 14, 3


@pytest.fixture(scope="module")
def cases(brute_force):
    rng = np.random.default_rng(0)
    boxes = brute_force.random_boxes(rng, CASES, ANCHORS)
    boxes[:, 7:] = np.clip(boxes[:, :7] + 0.1 * rng.random((CASES, 7, 4)), 0, 1)  # neighbours, so that some go
    scores = rng.dirichlet(np.ones(CLASSES + 1), (CASES, ANCHORS))[..., 1:].astype(np.float32)
    return boxes, scores


@pytest.mark.parametrize("jit_compile", [False, True])
def test_classes_do_not_suppress_each_other(brute_force, cases, jit_compile):
    boxes, scores = cases
    nms = tf.function(apply_per_class_nms, jit_compile=jit_compile)
    found = nms(tf.constant(boxes), tf.constant(scores), 0.4, 0.2, 30)
    went = 0
    for image in range(CASES):
        overlap = brute_force.pairwise_iou(boxes[image], boxes[image])
        expected = [
            (score, label, anchor)
            for label in range(CLASSES)
            for anchor in brute_force.nms(overlap, scores[image, :, label], 0.4)
            if (score := scores[image, anchor, label]) >= 0.2
        ]
        expected.sort(key=lambda row: -row[0])
        count = len(expected)
        went += (scores[image] >= 0.2).sum() - count
        np.testing.assert_array_equal(found.scores[image], [score for score, *_ in expected] + [0] * (30 - count))
        np.testing.assert_array_equal(found.classes[image], [label for _, label, _ in expected] + [-1] * (30 - count))
        np.testing.assert_array_equal(found.boxes[image, :count], boxes[image, [anchor for *_, anchor in expected]])
        assert not np.any(found.boxes[image, count:])
    assert went > CASES


@pytest.mark.parametrize("jit_compile", [False, True])
def test_class_agnostic_nms_keeps_a_row_for_every_box(brute_force, cases, jit_compile):
    boxes, scores = cases
    nms = tf.function(apply_class_agnostic_nms, jit_compile=jit_compile)
    rows = nms(tf.constant(boxes), tf.constant(scores), 0.3, 0.3).numpy()
    for image in range(CASES):
        best = scores[image].max(axis=1)
        kept = brute_force.nms(brute_force.pairwise_iou(boxes[image], boxes[image]), best, 0.3)
        order = kept + [anchor for anchor in range(ANCHORS) if anchor not in kept]
        low = best[order] < 0.3
        label = np.where(low | (np.arange(ANCHORS) >= len(kept)), -1, scores[image].argmax(axis=1)[order])
        expected = np.column_stack([label, np.where(low, 1 - best[order], best[order]), boxes[image, order]])
        np.testing.assert_allclose(rows[image], expected, atol=1e-7)


def test_long_chain_of_suppressions_is_resolved():
    """Each box overlaps the next alone: every other one stays, which takes as many rounds as there are boxes."""
    left = np.arange(40) * 0.01
    boxes = np.stack([left, left * 0, left + 0.015, left * 0 + 1], axis=-1).astype(np.float32)[None]
    scores = np.linspace(0.9, 0.5, 40, dtype=np.float32)[None, :, None]
    found = apply_per_class_nms(tf.constant(boxes), tf.constant(scores), 0.15, 0.0)
    np.testing.assert_array_equal(found.scores[0, :20], scores[0, ::2, 0])
    assert not np.any(found.scores[0, 20:])


def test_candidates_and_detections_are_limited():
    boxes = tf.constant(np.tile([0.0, 0.0, 0.1, 0.1], (1, 6, 1)) + np.arange(6)[None, :, None] * 0.15, tf.float32)
    scores = tf.constant([0.1, 0.6, 0.2, 0.5, 0.3, 0.4])[None, :, None]
    found = apply_per_class_nms(boxes, scores, max_detections=2)
    np.testing.assert_allclose(found.scores, [[0.6, 0.5]])
    found = apply_per_class_nms(boxes, scores, max_detections=4, candidates=3)
    np.testing.assert_allclose(found.scores, [[0.6, 0.5, 0.4, 0]])
    np.testing.assert_array_equal(found.classes, [[0, 0, 0, -1]])


def test_nms_without_boxes():
    found = apply_per_class_nms(tf.zeros((2, 0, 4)), tf.zeros((2, 0, 3)), max_detections=5)
    assert found.boxes.shape == (2, 5, 4)
    assert not np.any(found.scores)
    assert apply_class_agnostic_nms(tf.zeros((2, 0, 4)), tf.zeros((2, 0, 3))).shape == (2, 0, 6)
