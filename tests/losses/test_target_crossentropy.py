"""TargetCrossentropy against NumPy in float64."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.losses.target_crossentropy import TargetCrossentropy

RNG = np.random.default_rng(0)
SCORES = RNG.normal(0, 4, (3, 2, 5)).astype(np.float32)
LABELS = RNG.integers(0, 2, (3, 2, 5)).astype(np.float32)
WEIGHTS = RNG.uniform(0, 1, (3, 2, 5)).astype(np.float32)
TARGETS = np.broadcast_to([1, 4], (3, 2, 2))
NEGATIVE_LOG_P = np.log(np.exp(SCORES.astype(np.float64)).sum(axis=-1, keepdims=True)) - SCORES


def test_targets_under_one_distribution():
    targets = RNG.integers(0, 5, (3, 2, 4))
    scores = SCORES.astype(np.float64)
    log_p = scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))
    loss = TargetCrossentropy(reduction="none")(targets, SCORES)
    np.testing.assert_allclose(loss, -np.take_along_axis(log_p, targets, axis=-1), rtol=1e-4)
    assert float(TargetCrossentropy(reduction="sum")(targets, SCORES)) == pytest.approx(
        float(tf.reduce_sum(loss)), rel=1e-6
    )
