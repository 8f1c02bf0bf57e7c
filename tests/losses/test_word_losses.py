"""SigmoidBCE and TargetCrossentropy against NumPy in float64 and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from sklearn.metrics import log_loss

from tfd2l.losses.sigmoid_bce import SigmoidBCE
from tfd2l.losses.target_crossentropy import TargetCrossentropy
from tfd2l.training.weighting import unreduced, weighted_sum

RNG = np.random.default_rng(0)
SCORES = RNG.normal(0, 4, (3, 2, 5)).astype(np.float32)
LABELS = RNG.integers(0, 2, (3, 2, 5)).astype(np.float32)
WEIGHTS = RNG.uniform(0, 1, (3, 2, 5)).astype(np.float32)


def test_each_score_has_a_loss_of_its_own():
    expected = np.logaddexp(0, np.where(LABELS == 1, -SCORES, SCORES).astype(np.float64))
    np.testing.assert_allclose(SigmoidBCE(reduction="none")(LABELS, SCORES), expected, rtol=1e-5)


def test_the_mean_is_over_weights():
    total, count = weighted_sum(unreduced(SigmoidBCE()), LABELS, SCORES, tf.constant(WEIGHTS))
    p = 1 / (1 + np.exp(-SCORES.astype(np.float64)))
    assert float(total / count) == pytest.approx(
        log_loss(LABELS.ravel(), p.ravel(), sample_weight=WEIGHTS.ravel()), rel=1e-5
    )


@pytest.mark.parametrize("score", [-1e4, 1e4])
def test_large_scores_have_finite_losses_and_gradients(score):
    scores = tf.constant([[score]])
    with tf.GradientTape() as tape:
        tape.watch(scores)
        loss = SigmoidBCE(reduction="sum")(tf.ones([1, 1]), scores)
    assert float(loss) == pytest.approx(max(-score, 0))
    assert float(tape.gradient(loss, scores)[0, 0]) == pytest.approx(-1.0 if score < 0 else 0.0)


def test_targets_under_one_distribution():
    targets = RNG.integers(0, 5, (3, 2, 4))
    scores = SCORES.astype(np.float64)
    log_p = scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))
    loss = TargetCrossentropy(reduction="none")(targets, SCORES)
    np.testing.assert_allclose(loss, -np.take_along_axis(log_p, targets, axis=-1), rtol=1e-4)
    assert float(TargetCrossentropy(reduction="sum")(targets, SCORES)) == pytest.approx(
        float(tf.reduce_sum(loss)), rel=1e-6
    )
