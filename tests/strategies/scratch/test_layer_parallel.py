"""Channels on several devices: values and gradients of layers, against the whole layer."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.strategies.scratch.layer_parallel import compute_by_channels, run_on_device, share_layers

TWO = ["/device:CPU:0", "/device:CPU:1"]
RNG = np.random.default_rng(0)
layers = keras.layers
LAYERS = {
    "dense": (lambda: layers.Dense(5, "tanh"), (3, 4)),
    "dense of a sequence, softmax over channels": (lambda: layers.Dense(5, "softmax"), (3, 2, 4)),
    "dense without bias": (lambda: layers.Dense(4, use_bias=False), (3, 4)),
    "fewer channels than devices": (lambda: layers.Dense(1), (3, 4)),
    "conv": (lambda: layers.Conv2D(5, 3, activation="relu"), (2, 8, 8, 3)),
    "conv, padded with strides": (lambda: layers.Conv2D(4, 3, strides=2, padding="same"), (2, 7, 7, 3)),
    "conv, dilated": (lambda: layers.Conv2D(4, 2, dilation_rate=2, padding="valid"), (2, 7, 7, 3)),
    "conv in groups stays whole": (lambda: layers.Conv2D(4, 3, groups=2), (2, 7, 7, 2)),
    "no layer of these": (lambda: layers.LayerNormalization(), (3, 4)),
}


@pytest.mark.parametrize("devices", [2, 3])
@pytest.mark.parametrize(("make", "shape"), LAYERS.values(), ids=list(LAYERS))
def test_values_and_gradients_are_those_of_the_whole_layer(make, shape, devices):
    keras.utils.set_random_seed(2)
    layer = make()
    model = keras.Sequential([keras.Input(shape[1:]), layer])
    x = tf.constant(RNG.normal(size=shape), tf.float32)

    def run():
        with tf.GradientTape() as tape:
            tape.watch(x)
            outputs = model(x)
            loss = tf.reduce_sum(tf.sin(3 * outputs))
        return outputs, tape.gradient(loss, [x, *(variable.value for variable in layer.trainable_variables)])

    whole = run()
    with share_layers(model, [TWO[number % 2] for number in range(devices)]):
        cut = tf.function(run)()
    tf.nest.map_structure(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6), cut, whole)


def test_by_channels_against_numpy():
    x, kernel = RNG.normal(size=(3, 4)), RNG.normal(size=(4, 5))
    gathered = compute_by_channels(tf.matmul, tf.constant(x), [tf.constant(kernel)], TWO)
    np.testing.assert_allclose(gathered, x @ kernel)


def test_layers_are_whole_again_after_it():
    layer = layers.Dense(2)
    model = keras.Sequential([keras.Input((3,)), layer])
    with share_layers(model, TWO):
        assert "call" in vars(layer)
        with pytest.raises(ValueError, match="incompatible"):
            model(tf.zeros([1, 4]))
    assert "call" not in vars(layer)


def test_finds_layers_inside_layers():
    inner = keras.Sequential([layers.Dense(2)])
    model = keras.Sequential([keras.Input((3,)), keras.Sequential([inner])])
    with share_layers(model, TWO):
        assert "call" in vars(inner.layers[0])


def test_computes_in_the_precision_of_the_layer():
    layer = layers.Dense(4, dtype="mixed_bfloat16")
    model = keras.Sequential([keras.Input((3,)), layer])
    x = tf.ones([2, 3])
    whole = model(x)
    with share_layers(model, TWO):
        cut = model(x)
    assert cut.dtype == whole.dtype == tf.bfloat16
    np.testing.assert_array_equal(tf.cast(cut, tf.float32), tf.cast(whole, tf.float32))


def test_on_device_goes_back_on_the_same_device():
    @tf.function
    def run(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = run_on_device(TWO[1], tf.nn.relu, x)
        return tape.gradient(y, x)

    x = tf.constant([0.0, 1.0])
    np.testing.assert_array_equal(run(x), [0, 1])
    kinds = {o.type: o.device for o in run.get_concrete_function(x).graph.get_operations()}
    assert kinds["Relu"] == kinds["ReluGrad"] == TWO[1]
