"""Cross-entropy against float64 NumPy and against Keras on one-hot targets."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.losses.sparse_categorical_crossentropy import SparseCategoricalCrossentropy

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("shape", [(6,), (4, 5)], ids=["batch", "positions"])
def test_formula(smoothing, shape):
    logits = RNG.normal(size=(*shape, 7)) * 3
    labels = RNG.integers(0, 7, size=shape)
    log_p = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    right = np.take_along_axis(log_p, labels[..., None], -1)[..., 0]
    expected = -(1 - smoothing) * right - smoothing * log_p.mean(-1)
    loss = SparseCategoricalCrossentropy(smoothing)
    assert float(loss(labels, logits.astype(np.float32))) == pytest.approx(expected.mean(), rel=1e-5)
    keras_loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
    assert float(loss(labels, logits)) == pytest.approx(float(keras_loss(np.eye(7)[labels], logits)), rel=1e-5)


def test_is_safe_with_large_logits():
    loss = SparseCategoricalCrossentropy()
    assert float(loss([0, 1], tf.constant([[1e4, -1e4], [1e4, -1e4]]))) == pytest.approx(1e4)


def test_config_round_trip():
    again = keras.losses.deserialize(keras.losses.serialize(SparseCategoricalCrossentropy(0.2)))
    assert again.label_smoothing == 0.2


@pytest.mark.parametrize("smoothing", [-0.1, 1.0])
def test_refuses_other_smoothing(smoothing):
    with pytest.raises(ValueError, match="Received: label_smoothing"):
        SparseCategoricalCrossentropy(smoothing)
