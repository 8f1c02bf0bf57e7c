"""SigmoidBCE and TargetCrossentropy against NumPy in float64 and scikit-learn."""

from __future__ import annotations

import keras
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
TARGETS = np.broadcast_to([1, 4], (3, 2, 2))
NEGATIVE_LOG_P = np.log(np.exp(SCORES.astype(np.float64)).sum(axis=-1, keepdims=True)) - SCORES


def test_each_score_has_a_loss_of_its_own():
    expected = np.logaddexp(0, np.where(LABELS == 1, -SCORES, SCORES).astype(np.float64))
    np.testing.assert_allclose(SigmoidBCE(reduction="none")(LABELS, SCORES), expected, rtol=1e-5)


def test_the_mean_is_over_weights():
    total, count = weighted_sum(unreduced(SigmoidBCE()), LABELS, SCORES, tf.constant(WEIGHTS))
    p = 1 / (1 + np.exp(-SCORES.astype(np.float64)))
    assert float(total / count) == pytest.approx(
        log_loss(LABELS.ravel(), p.ravel(), sample_weight=WEIGHTS.ravel()), rel=1e-5
    )


def bce_of(labels, scores):
    return np.logaddexp(0, np.where(labels == 1, -scores, scores).astype(np.float64))


KERAS_LOSSES = {
    SigmoidBCE: (LABELS, bce_of(LABELS, SCORES)),
    TargetCrossentropy: (TARGETS, np.stack([NEGATIVE_LOG_P[..., 1], NEGATIVE_LOG_P[..., 4]], axis=-1)),
}


@pytest.mark.parametrize("weights", ["none", "of values", "of rows", "of examples", "all zero"])
@pytest.mark.parametrize("masked", [False, True], ids=["", "masked"])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("cls", KERAS_LOSSES)
def test_as_a_loss_of_keras_the_mean_is_over_the_weights(cls, reduction, masked, weights):
    targets, values = KERAS_LOSSES[cls]
    given = {
        "none": None,
        "of values": WEIGHTS[..., : values.shape[-1]],
        "of rows": WEIGHTS[..., 0],
        "of examples": WEIGHTS[:, 0, 0],
        "all zero": np.zeros(3, np.float32),
    }[weights]
    each = np.ones(3) if given is None else given
    each = np.broadcast_to(each.reshape(each.shape + (1,) * (3 - each.ndim)), values.shape).astype(np.float64)
    scores = tf.constant(SCORES)
    if masked:
        mask = np.array([[True, False], [True, True], [False, False]])
        scores._keras_mask = tf.constant(mask)
        each = each * mask[..., None]
    expected = {
        "mean": (values * each).sum() / (each.sum() or 1),
        "sum": (values * each).sum(),
        "none": values * each,
    }[reduction]
    np.testing.assert_allclose(cls(reduction=reduction)(targets, scores, given), expected, rtol=1e-5)


def test_keras_trains_with_it_as_the_engine_does():
    """The loss that `fit` tells of one step, and a configuration that comes back."""
    model = keras.Sequential([keras.Input([5]), keras.layers.Dense(5, kernel_initializer="identity", trainable=False)])
    loss = SigmoidBCE.from_config(SigmoidBCE().get_config())
    assert SigmoidBCE().get_config()["reduction"] == "mean"
    model.compile("sgd", loss)
    told = model.evaluate(SCORES[:, 0], LABELS[:, 0], sample_weight=WEIGHTS[:, 0], batch_size=3, verbose=0)
    total, count = weighted_sum(unreduced(SigmoidBCE()), LABELS[:, 0], SCORES[:, 0], tf.constant(WEIGHTS[:, 0]))
    assert told == pytest.approx(float(total / count), rel=1e-5)


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
