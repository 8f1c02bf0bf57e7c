"""The pipeline: where layers go, gradients stage by stage, and what it refuses."""

from __future__ import annotations

import logging

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.strategies.scratch.model_parallel import ModelParallel
from tfd2l.strategies.scratch.stage import Stage
from tfd2l.training.differentiation import Differentiation
from tfd2l.training.metric_sums import MetricSums

TWO = ["CPU:0", "CPU:1"]


def test_balances_the_bytes_of_lenet(lenet):
    first, second = ModelParallel(TWO).place_layers(lenet())
    assert [layer.name for layer in first] == ["conv1", "pool1", "conv2", "pool2", "flatten"]
    assert [layer.name for layer in second] == ["hidden", "classifier"]


def test_says_where_layers_are(step_under, caplog):
    with caplog.at_level(logging.INFO, "tfd2l"):
        step_under(ModelParallel(TWO, [3, 4]))
    assert caplog.messages == ["CPU:0: conv1, pool1, conv2", "CPU:1: pool2, flatten, hidden, classifier"]


@pytest.mark.parametrize("lengths", [[7], [3, 3], [1, 2, 4]])
def test_numbers_of_layers_must_fit(lengths, lenet):
    with pytest.raises(ConfigError, match=r"the 7 layers of model 'lenet'.*Received: strategy\.layers_per_device="):
        ModelParallel(TWO, lengths).place_layers(lenet())


@pytest.mark.parametrize("options", [{"micro_batches": 0}, {"layers_per_device": [0, 7]}])
def test_counts_from_one(options):
    with pytest.raises(ConfigError, match=r"count from 1 up\. Received: "):
        ModelParallel(TWO, **options)


def test_every_device_takes_a_layer():
    with pytest.raises(ConfigError, match="Received: 1 layers of model"):
        ModelParallel(TWO).place_layers(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]))


def test_micro_batches_are_the_pipelines_own(step_under):
    with pytest.raises(ConfigError, match=r"strategy\.micro_batches.*Received: trainer\.micro_batches=2"):
        step_under(ModelParallel(TWO), micro_batches=2)


def test_a_model_that_is_no_layer_sequence_is_refused(step_under):
    x = keras.Input((28, 28, 1))
    flat = keras.layers.Flatten()(x)
    model = keras.Model(x, keras.layers.Dense(10)(keras.layers.Add(name="sum")([flat, flat])))
    with pytest.raises(ConfigError, match="layer 'sum' does not take what"):
        step_under(ModelParallel(TWO), model=model)


def test_gradients_stage_by_stage_are_those_of_one_tape(lenet, batches):
    model = lenet(penalty=0.01, activity_penalty=0.01)
    x = tf.constant(batches[0][0])
    stages = [
        Stage(layers, device, model.variables)
        for layers, device in [(model.layers[:3], "CPU:0"), (model.layers[3:5], "CPU:1"), (model.layers[5:], "CPU:0")]
    ]
    upstream = tf.constant(np.random.default_rng(1).normal(size=(8, 10)), tf.float32)
    share = tf.constant(0.25)
    outputs, losses = x, []
    for stage in stages:
        outputs, added = stage.forward(outputs)
        losses += added
    to_outputs = upstream
    for stage in reversed(stages):
        to_outputs = stage.backward(to_outputs, share)
    with tf.GradientTape() as tape:
        tape.watch(x)
        expected = model(x, training=True)
        loss = tf.reduce_sum(expected * upstream) + share * tf.add_n(model.losses)
    to_x, to_variables = tape.gradient(loss, [x, [v.value for v in model.trainable_variables]])
    np.testing.assert_allclose(outputs, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(tf.add_n(losses), tf.add_n(model.losses), rtol=1e-6)
    np.testing.assert_allclose(to_outputs, to_x, rtol=1e-4, atol=1e-6)
    gradients = {key: gradient for stage in stages for key, gradient in stage.summed().items()}
    for variable, gradient in zip(model.trainable_variables, to_variables, strict=True):
        np.testing.assert_allclose(gradients[id(variable)], gradient, rtol=1e-4, atol=1e-5, err_msg=variable.path)


def test_whole_numbers_go_in_and_unused_variables_stay():
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.layers.Embedding(7, 4), keras.layers.GlobalAveragePooling1D(), keras.layers.Dense(3)]
    )
    x, y = tf.constant([[1, 1, 2], [3, 1, 0], [6, 6, 6], [0, 1, 2]]), tf.constant([0, 1, 2, 0])
    model(x)
    differentiation = Differentiation(
        model, keras.losses.SparseCategoricalCrossentropy(from_logits=True), MetricSums([])
    )
    sums, _ = tf.function(ModelParallel(TWO, micro_batches=2).differentiate)(differentiation, (x, y))
    whole, _ = differentiation((x, y), tf.constant(4.0))
    for mine, expected in zip(sums.gradients, whole.gradients, strict=True):
        np.testing.assert_allclose(mine, tf.convert_to_tensor(expected), rtol=1e-5, atol=1e-7)
