"""Confusions against scikit-learn, 1,000 random cases; intersections over unions from sets of pixels."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from sklearn.metrics import confusion_matrix

from tfd2l.ops.vision.confusion_matrix import compute_class_iou, compute_confusion_matrix

CLASSES = 5


@pytest.mark.parametrize("jit", [False, True])
def test_confusion_matrix_agrees_with_scikit_learn(jit):
    rng = np.random.default_rng(0)
    count = tf.function(lambda *case: compute_confusion_matrix(*case[:2], CLASSES, case[2]), jit_compile=jit)
    for _ in range(1000 if jit else 100):
        truth, predicted = rng.integers(0, rng.integers(1, CLASSES + 1), (2, 4, 6))
        weights = rng.integers(0, 3, truth.shape).astype(np.float32)
        expected = confusion_matrix(
            truth.ravel(), predicted.ravel(), labels=range(CLASSES), sample_weight=weights.ravel()
        )
        np.testing.assert_array_equal(count(truth, predicted, weights), expected)


def test_labels_of_weight_0_may_be_any_number():
    found = compute_confusion_matrix(tf.constant([255, 1]), tf.constant([0, 0]), 2, tf.constant([0.0, 1.0]))
    np.testing.assert_array_equal(found, [[0, 0], [1, 0]])


def test_class_iou_agrees_with_sets():
    rng = np.random.default_rng(1)
    truth, predicted = rng.integers(0, 3, (2, 50))
    found = compute_class_iou(compute_confusion_matrix(truth, predicted, 4, np.ones(50, np.float32))).numpy()
    for number in range(3):
        of, taken = set(np.flatnonzero(truth == number)), set(np.flatnonzero(predicted == number))
        assert found[number] == pytest.approx(len(of & taken) / len(of | taken))
    assert np.isnan(found[3])
