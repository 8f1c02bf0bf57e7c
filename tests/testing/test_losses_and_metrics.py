"""`check_loss` and `check_metric` pass correct objects, and each of their properties fails for one that lacks it."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.testing import check_loss, check_metric

Y, X = np.random.default_rng(0).normal(size=(2, 4, 3)).astype(np.float32)
LOSS = ("scalar", "function", "xla", "gradients", "weights", "bfloat16", "config")
METRIC = ("scalar", "function", "batches", "replicas", "reset", "weights", "config")


class Squares(keras.losses.Loss):
    """Mean squares."""

    def __init__(self, scale=1.0, **options):
        super().__init__(**options)
        self.scale = scale

    def call(self, y_true, y_pred):
        return tf.reduce_mean(tf.square(tf.cast(y_pred, tf.float32) - y_true), -1) * self.scale

    def get_config(self):
        return {**super().get_config(), "scale": self.scale}


@tf.custom_gradient
def wrong_gradient(x):
    return tf.square(x), lambda upstream: upstream * x


def rounding(self, y_true, y_pred, sample_weight=None):
    return Squares.__call__(self, y_true, y_pred, sample_weight) + float(y_pred.dtype == tf.bfloat16)


def by_numpy(x):
    return tf.reshape(tf.numpy_function(np.square, [x], tf.float32), x.shape)


def loss_with(**methods):
    return type("Variation", (Squares,), methods)


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (Squares(reduction="none"), r"'scalar': it is not one number. Received: shape \(4,\)"),
        (loss_with(call=lambda self, y, x: tf.math.log(x))(), "'scalar': .*the loss is not finite"),
        (
            loss_with(call=lambda self, y, x: x * (1.0 if tf.executing_eagerly() else 2.0))(),
            "'function': in a tf.function it differs",
        ),
        (loss_with(call=lambda self, y, x: by_numpy(x))(), "'xla', with"),
        (
            loss_with(call=lambda self, y, x: wrong_gradient(x))(),
            "'gradients': the gradient with respect to argument 0",
        ),
        (
            loss_with(__call__=lambda self, y, x, sample_weight=None: tf.reduce_mean(self.call(y, x)))(),
            "'weights': the prediction for an example of weight 0 changes it",
        ),
        (
            loss_with(__call__=rounding)(),
            "'bfloat16': for predictions in bfloat16 it differs",
        ),
        (loss_with(get_config=lambda self: keras.losses.Loss.get_config(self))(2.0), "'config': made from"),
    ],
)  # fmt: skip
def test_a_loss_without_a_property_fails(loss, message):
    with pytest.raises(AssertionError, match=f"fails check_loss, property {message}"):
        check_loss(loss, Y, X)


def test_correct_losses_have_every_property():
    assert check_loss(Squares(2.0), Y, X) == LOSS
    logits = X[:, :2]
    assert (
        check_loss(keras.losses.SparseCategoricalCrossentropy(from_logits=True), np.array([0, 1, 1, 0]), logits) == LOSS
    )


class MeanSquare(keras.metrics.Mean):
    """Mean of squares."""

    def update_state(self, y_true, y_pred, sample_weight=None):
        super().update_state(tf.reduce_mean(tf.square(y_pred - y_true), -1), sample_weight)


class Last(MeanSquare):
    """Knows its last batch alone."""

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.reset_state()
        super().update_state(y_true, y_pred, sample_weight)


class Largest(keras.metrics.Metric):
    """The largest prediction."""

    def __init__(self, **options):
        super().__init__(**options)
        self.largest = self.add_variable((), "zeros", name="largest")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.largest.assign(tf.maximum(self.largest, tf.reduce_max(tf.abs(y_pred))))

    def result(self):
        return self.largest.value


class Wide(MeanSquare):
    def result(self):
        return tf.stack([super().result()] * 2)


class InPython(MeanSquare):
    """Counts its calls in Python."""

    calls = 0

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.calls += 1
        super().update_state(y_true * self.calls, y_pred, sample_weight)


class Keeps(MeanSquare):
    def reset_state(self):
        pass


class Unweighted(MeanSquare):
    def update_state(self, y_true, y_pred, sample_weight=None):
        super().update_state(y_true, y_pred)


class Forgets(MeanSquare):
    def __init__(self, scale=1.0, **options):
        super().__init__(**options)
        self.scale = scale

    def update_state(self, y_true, y_pred, sample_weight=None):
        super().update_state(y_true * self.scale, y_pred, sample_weight)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (Wide, "'scalar': its result is not one number"),
        (InPython, "'function': updated in a tf.function it differs"),
        (Last, "'batches': updated with two batches it differs"),
        (Largest, "'replicas': the variables of two batches do not add up"),
        (Keeps, "'reset': after reset_state it differs|'function'"),
        (Unweighted, "'weights': an example of weight 0 counts"),
        (lambda: Forgets(2.0), "'config'"),
    ],
)
def test_a_metric_without_a_property_fails(make, message):
    with pytest.raises(AssertionError, match=f"fails check_metric, property (?:{message})"):
        check_metric(make, Y, X, skip=["function"] if make is Keeps else [])


def test_correct_metrics_have_every_property():
    assert check_metric(MeanSquare, Y, X) == METRIC
    assert check_metric(keras.metrics.SparseCategoricalAccuracy, np.array([0, 1, 1, 0]), X) == METRIC
