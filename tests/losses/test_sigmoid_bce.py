"""SigmoidBCE against NumPy in float64 and scikit-learn."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.metrics import log_loss

from tfd2l.losses.sigmoid_bce import SigmoidBCE
from tfd2l.training.weighting import remove_reduction, sum_losses

RNG = np.random.default_rng(0)
SCORES = RNG.normal(0, 4, (3, 2, 5)).astype(np.float32)
LABELS = RNG.integers(0, 2, (3, 2, 5)).astype(np.float32)
WEIGHTS = RNG.uniform(0, 1, (3, 2, 5)).astype(np.float32)
TARGETS = np.broadcast_to([1, 4], (3, 2, 2))
NEGATIVE_LOG_P = np.log(np.exp(SCORES.astype(np.float64)).sum(axis=-1, keepdims=True)) - SCORES


def test_each_score_has_a_loss_of_its_own():
    expected = np.logaddexp(0, np.where(LABELS == 1, -SCORES, SCORES).astype(np.float64))
    np.testing.assert_allclose(SigmoidBCE(reduction="none")(LABELS, SCORES), expected, rtol=1e-5)


def test_the_mean_is_over_weights():
    total, count = sum_losses(remove_reduction(SigmoidBCE()), LABELS, SCORES, tf.constant(WEIGHTS))
    p = 1 / (1 + np.exp(-SCORES.astype(np.float64)))
    assert float(total / count) == pytest.approx(
        log_loss(LABELS.ravel(), p.ravel(), sample_weight=WEIGHTS.ravel()), rel=1e-5
    )


def test_keras_trains_with_it_as_the_engine_does():
    """The loss that `fit` tells of one step, and a configuration that comes back."""
    model = keras.Sequential([keras.Input([5]), keras.layers.Dense(5, kernel_initializer="identity", trainable=False)])
    loss = SigmoidBCE.from_config(SigmoidBCE().get_config())
    assert SigmoidBCE().get_config()["reduction"] == "mean"
    model.compile("sgd", loss)
    told = model.evaluate(SCORES[:, 0], LABELS[:, 0], sample_weight=WEIGHTS[:, 0], batch_size=3, verbose=0)
    total, count = sum_losses(remove_reduction(SigmoidBCE()), LABELS[:, 0], SCORES[:, 0], tf.constant(WEIGHTS[:, 0]))
    assert told == pytest.approx(float(total / count), rel=1e-5)


@pytest.mark.parametrize("score", [-1e4, 1e4])
def test_large_scores_have_finite_losses_and_gradients(score):
    scores = tf.constant([[score]])
    with tf.GradientTape() as tape:
        tape.watch(scores)
        loss = SigmoidBCE(reduction="sum")(tf.ones([1, 1]), scores)
    assert float(loss) == pytest.approx(max(-score, 0))
    assert float(tape.gradient(loss, scores)[0, 0]) == pytest.approx(-1.0 if score < 0 else 0.0)
