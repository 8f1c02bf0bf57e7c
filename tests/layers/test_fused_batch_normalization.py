"""The fused operation gives what Keras' layer gives, forwards, backwards and in its statistics."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.layers.fused_batch_normalization import FusedBatchNormalization
from tfd2l.testing import check_layer

OPTIONS = {"momentum": 0.8, "epsilon": 1e-5}


def both(shape, **options):
    rng = np.random.default_rng(0)
    layers = [kind(**OPTIONS, **options) for kind in (keras.layers.BatchNormalization, FusedBatchNormalization)]
    for layer in layers:
        layer.build(shape)
    values = [rng.uniform(0.5, 2, weight.shape) for weight in layers[0].weights]
    for layer in layers:
        layer.set_weights(values)
    return layers, tf.constant(rng.normal(3, 2, shape), tf.float32)


@pytest.mark.parametrize("jit_compile", [False, True])
@pytest.mark.parametrize("options", [{}, {"scale": False}, {"center": False}])
def test_as_keras_does(options, jit_compile):
    layers, x = both((4, 5, 6, 3), **options)
    weights = tf.constant(np.random.default_rng(1).normal(size=x.shape), tf.float32)
    results = []
    for layer in layers:

        @tf.function(jit_compile=jit_compile)
        def step(x, layer=layer):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = layer(x, training=True)
                loss = tf.reduce_sum(weights * y**2)
            return y, tape.gradient(loss, [x, *layer.trainable_variables])

        y, gradients = step(x)
        results.append([y, *gradients, *layer.get_weights(), layer(x, training=False)])
    for keras_value, fused_value in zip(*results, strict=True):
        np.testing.assert_allclose(fused_value, keras_value, rtol=2e-4, atol=2e-4)


@pytest.mark.parametrize(
    ("shape", "options"), [((4, 3), {}), ((4, 3, 5, 5), {"axis": 1}), ((4, 5, 5, 3), {"renorm": True})]
)
def test_keras_computes_what_the_fused_operation_does_not_support(shape, options):
    layers, x = both(shape, **options)
    results = [[layer(x, training=True), *layer.get_weights()] for layer in layers]
    for keras_value, fused_value in zip(*results, strict=True):
        np.testing.assert_allclose(fused_value, keras_value, rtol=1e-5, atol=1e-6)


def test_frozen_it_uses_its_statistics():
    layers, x = both((4, 5, 5, 3))
    for layer in layers:
        layer.trainable = False
    before = layers[1].get_weights()
    np.testing.assert_allclose(layers[1](x, training=True), layers[0](x, training=True), rtol=1e-5)
    np.testing.assert_array_equal(layers[1].get_weights(), before)


def test_mixed_precision():
    model = keras.Sequential([keras.Input((5, 5, 3)), FusedBatchNormalization(dtype="mixed_bfloat16", **OPTIONS)])
    x = tf.constant(np.random.default_rng(0).normal(3, 2, (4, 5, 5, 3)), tf.float32)
    y = model(x, training=True)
    assert y.dtype == tf.bfloat16
    expected = (x - tf.reduce_mean(x, [0, 1, 2])) / tf.math.reduce_std(x, [0, 1, 2])
    np.testing.assert_allclose(tf.cast(y, tf.float32), expected, atol=0.05)


def test_works_wherever_keras_may_use_it():
    (_, layer), x = both((4, 5, 5, 3))
    check_layer(layer, x)
