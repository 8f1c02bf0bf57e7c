"""`check_layer` passes correct layers, and each of its properties fails for a layer that lacks it."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.testing import check_layer

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3, 4)).astype(np.float32)
SEQUENCE = RNG.normal(size=(3, 5, 4)).astype(np.float32)
MASK = np.arange(5) < np.array([5, 2, 4])[:, None]
PROPERTIES = ("call", "shapes", "function", "xla", "rows", "mask", "bfloat16", "float16", "gradients", "config", "save")


@keras.saving.register_keras_serializable(package="tests")
class Scale(keras.Layer):
    """Multiplies by a weight and a constant; honours a mask."""

    made = 0

    def __init__(self, factor=2.0, **options):
        super().__init__(**options)
        self.factor = factor
        self.supports_masking = True
        Scale.made += 1
        self.unsaved = float(Scale.made)

    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), initializer="ones", name="scale")

    def call(self, inputs, mask=None):
        return inputs * self.scale * self.factor

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


def variation(**methods):
    """Returns a registered subclass of `Scale` with other methods."""
    VARIATIONS.append(type("Variation", (Scale,), methods))
    return keras.saving.register_keras_serializable(package="tests", name=f"Scale{len(VARIATIONS)}")(VARIATIONS[-1])


VARIATIONS: list[type] = []


def counting(self, inputs, mask=None):
    self.calls = getattr(self, "calls", 0) + 1
    return inputs * self.scale * self.calls


@tf.custom_gradient
def wrong_gradient(x):
    return tf.square(x), lambda upstream: upstream * x


def eager_alone(inputs):
    return inputs if not tf.executing_eagerly() else inputs * 2


def by_numpy(inputs):
    doubled = tf.numpy_function(lambda x: x * 2, [inputs], inputs.dtype)
    return tf.ensure_shape(doubled, inputs.shape)


def half_rounded(inputs):
    return inputs * 1e5 - inputs * 1e5 + inputs + tf.cast(inputs.dtype == tf.bfloat16, inputs.dtype)


BROKEN = {
    "call": (variation(call=lambda self, inputs, mask=None: tf.math.log(inputs)), "not finite at"),
    "shapes": (
        variation(
            call=lambda self, x, mask=None: x,
            compute_output_spec=lambda self, x, mask=None: keras.KerasTensor((None, 9)),
        ),
        r"is \(3, 4\) when called eagerly, and \(None, 9\)",
    ),
    "function": (variation(call=lambda self, x, mask=None: eager_alone(x)), "in a tf.function it differs"),
    "xla": (variation(call=lambda self, x, mask=None: by_numpy(x)), "property 'xla', with"),
    "rows": (variation(call=lambda self, x, mask=None: x - tf.reduce_mean(x, 0)), "example 0 alone differs"),
    "bfloat16": (variation(call=lambda self, x, mask=None: half_rounded(x)), "under mixed_bfloat16 it differs"),
    "float16": (variation(call=lambda self, x, mask=None: x * 1e6 / 1e6), "under mixed_float16: output is not finite"),
    "gradients": (variation(call=lambda self, x, mask=None: wrong_gradient(x)), "argument 0.*finite difference"),
    "config": (
        variation(get_config=lambda self: {**Scale.get_config(self), "factor": self.factor + 1}),
        r"factor=4\.0 instead of 3\.0",
    ),
    "save": (
        variation(get_config=keras.Layer.get_config, call=lambda self, x, mask=None: x + self.unsaved),
        "saved and",
    ),
}


def test_a_correct_layer_has_every_property():
    assert check_layer(Scale(), SEQUENCE, mask=MASK) == PROPERTIES


def test_layers_of_keras_have_every_property():
    check_layer(keras.layers.LSTM(2), SEQUENCE, mask=MASK)
    check_layer(keras.layers.Add(), ([X, X],))
    check_layer(keras.layers.Embedding(5, 2), np.array([[1, 2], [3, 4]]))
    check_layer(keras.layers.BatchNormalization(), X)


@pytest.mark.parametrize("name", BROKEN)
def test_a_layer_without_a_property_fails(name):
    make, message = BROKEN[name]
    before = PROPERTIES[: PROPERTIES.index(name)]
    with pytest.raises(AssertionError, match=message) as raised:
        check_layer(make(), X, skip=before)
    assert raised.match(f"property {name!r}")


def test_a_layer_that_ignores_its_mask_fails():
    averaging = variation(call=lambda self, x, mask=None: x + tf.reduce_mean(x, axis=1, keepdims=True))
    with pytest.raises(
        AssertionError, match=r"'mask': values at masked steps change outputs elsewhere: output differs"
    ):
        check_layer(averaging(), SEQUENCE, mask=MASK)
    with pytest.raises(AssertionError, match="'mask'"):
        check_layer(keras.layers.GlobalMaxPooling1D(), SEQUENCE, mask=MASK)


def test_a_call_that_remembers_fails():
    with pytest.raises(AssertionError, match="a second call returns something else"):
        check_layer(variation(call=counting)(), X)


def test_a_layer_that_is_not_registered_cannot_be_loaded():
    class Unregistered(keras.layers.Dense):
        pass

    with pytest.raises(AssertionError, match="property 'save', with TypeError"):
        check_layer(Unregistered(2), X)


def test_one_example_is_too_few():
    with pytest.raises(ValueError, match=r"at least 2 examples.*Received: leading dimensions \[1\]"):
        check_layer(Scale(), X[:1])
