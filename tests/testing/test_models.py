"""`check_model` passes correct models, and each of its properties fails for a model that lacks it."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.info import NO_DATA
from tfd2l.testing import check_model

X = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
PROPERTIES = ("call", "seed", "function", "xla", "rows", "gradients", "save", "export")


@keras.saving.register_keras_serializable(package="tests")
class Line(keras.Model):
    """A dense layer."""

    def __init__(self, **options):
        super().__init__(**options)
        self.dense = keras.layers.Dense(2)

    def call(self, x, training=False):
        return self.dense(x)


def with_call(call, name):
    """Returns a function that makes a registered model with another `call`."""
    made = keras.saving.register_keras_serializable(package="tests", name=name)(type(name, (Line,), {"call": call}))
    return lambda data: made()


def counting(self, x, training=False):
    self.calls = getattr(self, "calls", 0.0) + 1
    return self.dense(x) * self.calls


def by_numpy(self, x, training=False):
    return tf.ensure_shape(tf.numpy_function(lambda y: y * 2, [self.dense(x)], tf.float32), [None, 2])


def own_seed(data):
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(2, bias_initializer=keras.initializers.Constant(np.random.rand()))]
    )


def other_seed(data):
    rng = np.random.default_rng()
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, bias_initializer=lambda *_, **__: rng.random(2))])


class Unsaved(Line):
    """It is not registered."""


def unused(self, x, training=False):
    self.other(x)
    return self.dense(x)


def with_unused(data):
    class Unused(Line):
        def __init__(self):
            super().__init__()
            self.other = keras.layers.Dense(1)

        call = unused

    return Unused()


@pytest.mark.parametrize(
    ("make", "message", "skip"),
    [
        (with_call(lambda self, x, training=False: tf.math.log(x), "Log"), "'call': its output.*not finite", []),
        (with_call(counting, "Counting"), "'call': a second call returns something else", []),
        (other_seed, "'seed': made again with the same seed it differs: weights", []),
        (
            with_call(lambda self, x, training=False: self.dense(x) if tf.executing_eagerly() else x[:, :2], "Eager"),
            "'function': in a tf.function it differs",
            [],
        ),
        (with_call(by_numpy, "Numpy"), "'xla', with", []),
        (
            with_call(lambda self, x, training=False: self.dense(x - tf.reduce_mean(x, 0)), "Centred"),
            "'rows': example 0 alone differs from example 0 in a batch",
            [],
        ),
        (with_unused, r"'gradients': no output depends on the trainable weight .*kernel", []),
        (lambda data: Unsaved(), "'save', with TypeError", []),
        (with_call(by_numpy, "NumpyToo"), "'export': the model calls Python", ["xla", "gradients"]),
    ],
)
def test_a_model_without_a_property_fails(make, message, skip):
    with pytest.raises(AssertionError, match=f"fails check_model, property {message}"):
        check_model(make, NO_DATA, X, skip=skip)


def test_a_correct_model_has_every_property():
    assert check_model(lambda data: Line(), NO_DATA, X) == PROPERTIES


def test_padding_that_counts_is_seen():
    ids = np.array([[1, 2, 0], [3, 0, 0]], np.int32)
    padded = np.pad(ids, [(0, 0), (0, 2)])

    def make(mask):
        return lambda data: keras.Sequential(
            [
                keras.Input((None,), dtype="int32"),
                keras.layers.Embedding(5, 3, mask_zero=mask),
                keras.layers.GlobalAveragePooling1D(),
            ]
        )

    assert "padding" in check_model(make(True), NO_DATA, ids, padded=padded)
    with pytest.raises(AssertionError, match="'padding': more padding changes its output"):
        check_model(make(False), NO_DATA, ids, padded=padded)
