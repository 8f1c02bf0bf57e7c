"""Losses whose mean is weighted, as losses of Keras."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.losses.sigmoid_bce import SigmoidBCE
from tfd2l.losses.target_crossentropy import TargetCrossentropy

RNG = np.random.default_rng(0)
SCORES = RNG.normal(0, 4, (3, 2, 5)).astype(np.float32)
LABELS = RNG.integers(0, 2, (3, 2, 5)).astype(np.float32)
WEIGHTS = RNG.uniform(0, 1, (3, 2, 5)).astype(np.float32)
TARGETS = np.broadcast_to([1, 4], (3, 2, 2))
NEGATIVE_LOG_P = np.log(np.exp(SCORES.astype(np.float64)).sum(axis=-1, keepdims=True)) - SCORES


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
