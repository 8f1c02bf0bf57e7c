"""Evaluation against scikit-learn, over batches of unequal size with rows that only fill up."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.metrics import accuracy_score, log_loss

from tfd2l.strategies.single import single
from tfd2l.training.evaluation import Evaluation

RNG = np.random.default_rng(5)
X = RNG.normal(size=(23, 4)).astype(np.float32)
Y = RNG.integers(0, 3, size=23).astype(np.int32)


def evaluation(max_batches: int | None = None) -> Evaluation:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dropout(0.5)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return Evaluation(model, loss, [keras.metrics.SparseCategoricalAccuracy(name="accuracy")], single(), max_batches)


def batches(sizes: list[int], fill: int) -> tf.data.Dataset:
    def rows():
        start = 0
        for size in sizes:
            x = np.zeros((fill, 4), np.float32)
            y, w = np.zeros(fill, np.int32), np.zeros(fill, np.float32)
            x[:size], y[:size], w[:size] = X[start : start + size], Y[start : start + size], 1
            start += size
            yield x, y, w

    spec = (tf.TensorSpec([None, 4]), tf.TensorSpec([None], tf.int32), tf.TensorSpec([None]))
    return tf.data.Dataset.from_generator(rows, output_signature=spec)


@pytest.mark.parametrize(("sizes", "fill"), [([23], 23), ([8, 8, 7], 8), ([1, 20, 2], 30)])
def test_agrees_with_scikit_learn_however_the_examples_are_batched(sizes, fill):
    measure = evaluation()
    logits = measure.model(X).numpy().astype(np.float64)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    result = measure(batches(sizes, fill))
    assert result["loss"] == pytest.approx(log_loss(Y, probabilities), rel=1e-5)
    assert result["accuracy"] == pytest.approx(accuracy_score(Y, probabilities.argmax(axis=1)))


def test_measures_anew_each_time_and_changes_no_weight():
    measure = evaluation()
    before = measure.model.get_weights()
    assert measure(batches([23], 23)) == measure(batches([23], 23))
    for old, new in zip(before, measure.model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_stops_after_max_batches():
    few, all_of_them = evaluation(max_batches=1), evaluation()
    assert few(batches([8, 8, 7], 8)) == all_of_them(batches([8], 8))
