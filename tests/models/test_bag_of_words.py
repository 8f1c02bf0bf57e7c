"""The baseline is logistic regression on counts: the same logits, and the same optimum as scikit-learn's."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from sklearn.linear_model import LogisticRegression

from tfd2l.data.info import NO_DATA
from tfd2l.models.bag_of_words import BagOfWords
from tfd2l.testing import check_model

WORDS, CLASSES = 5, 3


def drawn(rows=60, length=7, seed=0):
    rng = np.random.default_rng(seed)
    ids, segments = rng.integers(0, WORDS, (rows, length)), rng.integers(0, 2, (rows, length))
    mask = (np.arange(length) < rng.integers(1, length + 1, rows)[:, None]).astype(int)
    return {"token_ids": ids, "segment_ids": segments, "padding_mask": mask}, rng.integers(0, CLASSES, rows)


def counts(x):
    """(rows, 2 * words) float64: how often each word stands on each side, padding left out."""
    rows = np.zeros((len(x["token_ids"]), 2 * WORDS))
    for row, (ids, segments, mask) in enumerate(zip(*x.values(), strict=True)):
        for word, segment, real in zip(ids, segments, mask, strict=True):
            rows[row, segment * WORDS + word] += real
    return rows


def test_logits_are_a_linear_function_of_the_counts():
    x, _ = drawn()
    model = BagOfWords(WORDS, CLASSES)
    rng = np.random.default_rng(1)
    kernel, bias = rng.normal(size=(2 * WORDS, CLASSES)), rng.normal(size=CLASSES)
    model.set_weights([bias, kernel])
    np.testing.assert_allclose(model({k: tf.constant(v) for k, v in x.items()}), counts(x) @ kernel + bias, atol=1e-5)


def test_trained_to_the_end_it_is_logistic_regression():
    x, y = drawn()
    model = BagOfWords(WORDS, CLASSES)
    inputs = {k: tf.constant(v) for k, v in x.items()}
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.Adam(0.05)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            value = loss(y, model(inputs))
        variables = [variable.value for variable in model.trainable_variables]
        optimizer.apply(tape.gradient(value, variables), model.trainable_variables)

    for _ in range(2000):
        step()
    reference = LogisticRegression(C=1e6, max_iter=10_000).fit(counts(x), y)
    np.testing.assert_allclose(tf.nn.softmax(model(inputs)), reference.predict_proba(counts(x)), atol=1e-3)


def test_can_be_trained_saved_and_exported():
    x, _ = drawn()

    def make(data):
        model = BagOfWords(WORDS, CLASSES)
        model.set_weights([np.random.default_rng(2).normal(size=weight.shape) for weight in model.get_weights()])
        return model

    padded = {key: np.pad(value, [(0, 0), (0, 3)]) for key, value in x.items()}
    check_model(make, NO_DATA, x, padded=padded)
