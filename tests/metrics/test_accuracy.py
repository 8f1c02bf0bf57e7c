"""Accuracy against scikit-learn, with weights."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from tfd2l.metrics.accuracy import accuracy


def test_agrees_with_scikit_learn_over_batches():
    rng = np.random.default_rng(0)
    labels, logits, weights = rng.integers(0, 4, 60), rng.normal(size=(60, 4)), rng.integers(0, 2, 60)
    metric = accuracy()
    for start in range(0, 60, 20):
        part = slice(start, start + 20)
        metric.update_state(labels[part], logits[part], sample_weight=weights[part])
    expected = accuracy_score(labels, logits.argmax(-1), sample_weight=weights)
    assert metric.name == "accuracy"
    assert float(metric.result()) == pytest.approx(expected, rel=1e-6)


def test_of_probabilities_the_likeliest_is_the_label():
    rng = np.random.default_rng(1)
    labels, logits = rng.integers(0, 4, 50), rng.normal(size=(50, 4)).astype("f")
    mixture = (0.7 * np.eye(4)[labels] + 0.3 * np.eye(4)[rng.integers(0, 4, 50)]).astype("f")
    metric = accuracy()
    metric.update_state(mixture, logits)
    assert float(metric.result()) == pytest.approx(accuracy_score(labels, logits.argmax(-1)), rel=1e-6)
