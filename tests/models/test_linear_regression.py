"""Linear regression against NumPy; what it refuses."""

from __future__ import annotations

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.info import NO_DATA
from tfd2l.errors import ConfigError
from tfd2l.models.linear_regression import linear_regression
from tfd2l.testing import check_model

SPEC = {"speed": tf.TensorSpec([None]), "angle": tf.TensorSpec([None]), "vector": tf.TensorSpec([None, 3])}
RNG = np.random.default_rng(0)
X = {
    "speed": RNG.normal(size=4).astype(np.float32),
    "angle": RNG.normal(size=4).astype(np.float32),
    "vector": RNG.normal(size=(4, 3)).astype(np.float32),
}


def data(x):
    return dataclasses.replace(NO_DATA, batch_spec=(x, tf.TensorSpec([None]), tf.TensorSpec([None])))


def test_it_is_its_formula_with_the_inputs_by_their_names():
    model = linear_regression(data(SPEC))
    w, b = RNG.normal(size=(5, 1)), RNG.normal(size=1)
    model.set_weights([w, b])
    x = np.concatenate([X["angle"][:, None], X["speed"][:, None], X["vector"]], axis=1)
    np.testing.assert_allclose(model(X), (x @ w + b)[:, 0], rtol=1e-5)


def test_one_input_is_enough():
    model = linear_regression(data(tf.TensorSpec([None, 2])))
    model.set_weights([np.array([[1.0], [10.0]]), np.array([100.0])])
    np.testing.assert_allclose(model(np.array([[1.0, 2.0], [3.0, 4.0]], np.float32)), [121, 143])


def test_it_starts_near_0():
    keras.utils.set_random_seed(0)
    w, b = linear_regression(data(tf.TensorSpec([None, 4000]))).get_weights()
    assert w.mean() == pytest.approx(0, abs=1e-3)
    assert w.std() == pytest.approx(0.01, rel=0.1)
    assert b == 0
    assert not linear_regression(data(SPEC), initial_deviation=0.0).get_weights()[0].any()


def test_can_be_trained_saved_and_exported():
    check_model(linear_regression, data(SPEC), X)


@pytest.mark.parametrize(
    "spec", [tf.TensorSpec([None], tf.string), tf.TensorSpec([None, None]), tf.TensorSpec([None, 2, 2])], ids=str
)
def test_what_is_not_a_number_or_vector_is_refused(spec):
    with pytest.raises(ConfigError, match=r"numbers, or vectors of one length.*Received: an input"):
        linear_regression(data({"x": spec}))
    with pytest.raises(ConfigError, match=r"Received: initial_deviation=-1"):
        linear_regression(data(SPEC), initial_deviation=-1.0)
