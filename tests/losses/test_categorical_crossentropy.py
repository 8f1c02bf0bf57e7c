"""Cross-entropy of probabilities and of labels, against float64 NumPy and the loss of labels alone."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.losses.categorical_crossentropy import CategoricalCrossentropy
from tfd2l.losses.sparse_categorical_crossentropy import SparseCategoricalCrossentropy

RNG = np.random.default_rng(0)
LOGITS = RNG.normal(size=(6, 5)) * 3
LABELS = RNG.integers(0, 5, 6)


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_formula_of_probabilities(smoothing):
    probabilities = RNG.dirichlet(np.ones(5), 6)
    log_p = LOGITS - np.log(np.exp(LOGITS).sum(-1, keepdims=True))
    expected = -(((1 - smoothing) * probabilities + smoothing / 5) * log_p).sum(-1).mean()
    loss = CategoricalCrossentropy(smoothing)
    assert float(loss(probabilities.astype("f"), LOGITS.astype("f"))) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_labels_are_probabilities_of_one(smoothing):
    loss, of_labels = CategoricalCrossentropy(smoothing), SparseCategoricalCrossentropy(smoothing)
    expected = pytest.approx(float(of_labels(LABELS, LOGITS.astype("f"))), rel=1e-5)
    assert float(loss(LABELS, LOGITS.astype("f"))) == expected
    assert float(loss(np.eye(5, dtype="f")[LABELS], LOGITS.astype("f"))) == expected


def test_the_loss_of_labels_refuses_probabilities():
    with pytest.raises(ConfigError, match=r"choose loss=categorical_crossentropy\. Received: labels \(6, 5\)"):
        SparseCategoricalCrossentropy()(np.eye(5, dtype="f")[LABELS], tf.constant(LOGITS, tf.float32))


def test_config_round_trip():
    again = keras.losses.deserialize(keras.losses.serialize(CategoricalCrossentropy(0.2)))
    assert again.label_smoothing == 0.2


def test_refuses_other_smoothing():
    with pytest.raises(ValueError, match=r"Received: label_smoothing=1\.0"):
        CategoricalCrossentropy(1.0)
