"""Squared error against NumPy and Keras; what is differentiated is the mean or the sum."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.losses.squared_error import SquaredError

RNG = np.random.default_rng(0)
Y, PREDICTED = RNG.normal(size=(2, 7)).astype(np.float32)


@pytest.mark.parametrize("scale", [1.0, 0.5, 3.0])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_formula(scale, reduction):
    expected = getattr(np, reduction)(scale * (PREDICTED.astype(np.float64) - Y) ** 2)
    assert float(SquaredError(scale, reduction)(Y, PREDICTED)) == pytest.approx(expected, rel=1e-6)


def test_it_is_that_of_keras():
    weights = np.array([1, 1, 0, 1, 0, 1, 1], np.float32)
    keras_loss = keras.losses.MeanSquaredError()
    assert float(SquaredError()(Y[:, None], PREDICTED[:, None], weights)) == pytest.approx(
        float(keras_loss(Y[:, None], PREDICTED[:, None], weights)), rel=1e-6
    )


def test_the_gradient_of_half_of_it_is_the_residual():
    predicted = tf.constant(PREDICTED)
    with tf.GradientTape() as tape:
        tape.watch(predicted)
        loss = SquaredError(0.5, "sum")(Y, predicted)
    np.testing.assert_allclose(tape.gradient(loss, predicted), PREDICTED - Y, rtol=1e-6)


def test_shapes_that_would_be_broadcast_are_refused():
    with pytest.raises(ValueError, match=r"of the same shape\. Received: predictions \(7, 1\), targets \(7,\)"):
        SquaredError()(Y, PREDICTED[:, None])


@pytest.mark.parametrize("scale", [0.0, -1.0])
def test_refuses_other_scales(scale):
    with pytest.raises(ValueError, match=f"scale must be above 0. Received: scale={scale}"):
        SquaredError(scale)


def test_config_round_trip():
    again = keras.losses.deserialize(keras.losses.serialize(SquaredError(0.5, "sum")))
    assert (again.scale, again.reduction) == (0.5, "sum")
