"""`check_optimizer` passes correct optimizers, and each of its properties fails for an optimizer that lacks it."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.testing import check_optimizer

PROPERTIES = (
    "descends", "zero_gradients", "function", "xla", "schedule", "rows", "bfloat16", "loss_scale", "config", "save",
    "mirrored",
)  # fmt: skip


@keras.saving.register_keras_serializable(package="tests")
class Descent(keras.optimizers.Optimizer):
    """Gradient descent with a moving mean."""

    def __init__(self, learning_rate=0.01, beta=0.5, name="descent", **options):
        super().__init__(learning_rate=learning_rate, name=name, **options)
        self.beta = beta

    def build(self, variables):
        if not self.built:
            super().build(variables)
            self.means = [self.add_variable_from_reference(variable, "mean") for variable in variables]

    def update_step(self, gradient, variable, learning_rate):
        mean = self.means[self._get_variable_index(variable)]
        gradient = tf.cast(tf.convert_to_tensor(gradient), variable.dtype)
        mean.assign(self.beta * mean + (1 - self.beta) * gradient)
        self.move(variable, mean, tf.cast(learning_rate, variable.dtype))

    def move(self, variable, mean, rate):
        variable.assign_sub(rate * tf.convert_to_tensor(mean))

    def get_config(self):
        return {**super().get_config(), "beta": self.beta}


@keras.saving.register_keras_serializable(package="tests")
class Ascent(Descent):
    def move(self, variable, mean, rate):
        variable.assign_add(rate * tf.convert_to_tensor(mean))


@keras.saving.register_keras_serializable(package="tests")
class Normalized(Descent):
    def move(self, variable, mean, rate):
        variable.assign_sub(rate * tf.convert_to_tensor(mean) / tf.norm(tf.convert_to_tensor(mean)))


@keras.saving.register_keras_serializable(package="tests")
class CountsInPython(Descent):
    """Its steps shrink by a Python number, which a graph sees once."""

    calls = 0

    def move(self, variable, mean, rate):
        self.calls += 1
        variable.assign_sub(rate * tf.convert_to_tensor(mean) / self.calls)


@keras.saving.register_keras_serializable(package="tests")
class InNumpy(Descent):
    def move(self, variable, mean, rate):
        variable.assign_sub(
            tf.ensure_shape(
                tf.numpy_function(np.multiply, [rate, tf.convert_to_tensor(mean)], rate.dtype), variable.shape
            )
        )


class NumberAlone(Descent):
    """It keeps the learning rate that it was constructed with."""

    def __init__(self, learning_rate=0.01, **options):
        super().__init__(learning_rate, **options)
        self.number = learning_rate if isinstance(learning_rate, float) else 0.5

    def move(self, variable, mean, rate):
        variable.assign_sub(self.number * tf.convert_to_tensor(mean))


class RowsAlone(Descent):
    """Rows of a table move by twice their gradient."""

    def update_step(self, gradient, variable, learning_rate):
        twice = isinstance(gradient, tf.IndexedSlices)
        super().update_step(tf.convert_to_tensor(gradient) * (2 if twice else 1), variable, learning_rate)


class Float32Alone(Descent):
    def update_step(self, gradient, variable, learning_rate):
        variable.assign_sub(tf.cast(learning_rate, tf.float32) * gradient)


class SlowIn16Bits(Descent):
    """A step that is lost in rounding."""

    def move(self, variable, mean, rate):
        variable.assign(variable + rate * 1e-3 * tf.convert_to_tensor(mean))
        variable.assign_sub(rate * 1.1e-3 * tf.convert_to_tensor(mean))


class NamesItOtherwise(Descent):
    """Its second argument has not the name that Keras' own optimizers give it."""

    def apply(self, grads, variables):
        super().apply(grads, variables)


@keras.saving.register_keras_serializable(package="tests")
class Forgets(Descent):
    """`beta` is not in its configuration."""

    def get_config(self):
        return {**super().get_config(), "beta": 0.9}


@keras.saving.register_keras_serializable(package="tests")
class StateOutside(Descent):
    """Its mean is no variable of the optimizer, so it is not saved."""

    def build(self, variables):
        if not self.built:
            keras.optimizers.Optimizer.build(self, variables)
            self.means = [tf.Variable(tf.zeros(variable.shape)) for variable in variables]


@keras.saving.register_keras_serializable(package="tests")
class DependsOnReplicas(Descent):
    """Its steps are as many times as large as there are replicas."""

    def move(self, variable, mean, rate):
        super().move(variable, mean, rate * tf.distribute.get_strategy().num_replicas_in_sync)


def before(name):
    """Returns the properties before one."""
    return PROPERTIES[: PROPERTIES.index(name)]


@pytest.mark.parametrize(
    ("name", "make", "message"),
    [
        ("descends", Ascent, r"50 steps with learning_rate=0\.01 do not lower"),
        ("zero_gradients", Normalized, "after gradients of 0: weights.* is not finite"),
        ("function", CountsInPython, "in a tf.function it differs from eager execution: weights"),
        ("xla", InNumpy, "'xla', with"),
        ("schedule", NumberAlone, "with a schedule it differs from the same number"),
        ("rows", RowsAlone, "gradients of rows differ from those of the table: table differs by"),
        ("bfloat16", Float32Alone, "'bfloat16', with"),
        ("bfloat16", SlowIn16Bits, "do not lower a quadratic function of bfloat16 variables"),
        ("loss_scale", NamesItOtherwise, "'loss_scale', with"),
        ("config", Forgets, "made from its configuration it takes other steps"),
        ("save", StateOutside, "after saving and loading"),
        ("mirrored", DependsOnReplicas, "on 2 devices under MirroredStrategy it differs from 1 device"),
    ],
)
def test_an_optimizer_without_a_property_fails(name, make, message):
    with pytest.raises(AssertionError, match=message) as raised:
        check_optimizer(make, skip=before(name))
    assert raised.match(f"property {name!r}")


def test_a_correct_optimizer_has_every_property():
    assert check_optimizer(Descent) == PROPERTIES
    assert check_optimizer(lambda rate: keras.optimizers.SGD(rate, momentum=0.9)) == PROPERTIES


def test_adam_of_keras_stands_still_in_bfloat16():
    """Its second decay rate, 0.999, is 1 in bfloat16."""
    with pytest.raises(AssertionError, match="Adam fails check_optimizer, property 'bfloat16'"):
        check_optimizer(lambda rate: keras.optimizers.Adam(rate), skip=before("bfloat16"))
