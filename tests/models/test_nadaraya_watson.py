"""The three ways of section 10.2 on its own data, and the gradient that the book's training takes."""

from __future__ import annotations

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.info import NO_DATA
from tfd2l.datasets.kernel_regression import kernel_regression
from tfd2l.errors import ConfigError
from tfd2l.models.nadaraya_watson import nadaraya_watson
from tfd2l.stages.leave_one_out import LeaveOneOut

SPEC = {"queries": tf.TensorSpec([None]), "keys": tf.TensorSpec([None, 49]), "values": tf.TensorSpec([None, 49])}
DATA = dataclasses.replace(NO_DATA, batch_spec=(SPEC, tf.TensorSpec([None]), tf.TensorSpec([None])))


@pytest.fixture(scope="module")
def batch():
    """A function: split -> all its examples."""
    splits, _ = kernel_regression()
    stage = LeaveOneOut()
    stage.fit(splits["train"])
    return lambda split: next(iter(stage(splits[split], split=split, seed=0).batch(50)))


def test_training_keys_leave_out_the_example_itself(batch):
    train, test = batch("train"), batch("test")
    assert (train["queries"].shape, train["keys"].shape, train["values"].shape) == ([50], [50, 49], [50, 49])
    assert not (train["queries"][:, None] == train["keys"]).numpy().any()
    assert (test["keys"].shape, test["values"].shape) == ([50, 50], [50, 50])


def test_average_pooling_is_the_mean_of_the_training_values(batch):
    model = nadaraya_watson(DATA, inverse_bandwidth=0.0)
    predicted = model(batch("test")).numpy()
    np.testing.assert_allclose(predicted, batch("train")["y"].numpy().mean(), rtol=1e-6)
    assert model.variables == []


def test_the_non_parametric_kernel_asks_with_the_test_inputs(batch):
    test = {key: np.asarray(value, np.float64) for key, value in batch("test").items()}
    powers = np.exp(-((test["queries"][:, None] - test["keys"]) ** 2) / 2)
    expected = (powers * test["values"]).sum(1) / powers.sum(1)
    np.testing.assert_allclose(nadaraya_watson(DATA, 1.0)(batch("test")), expected, rtol=1e-5)


def test_a_step_of_the_books_training_is_that_of_a_transcription(batch):
    """w -= lr d/dw sum_i (f(x_i) - y_i)^2, by central differences in float64."""
    train = {key: np.asarray(value, np.float64) for key, value in batch("train").items()}

    def total(w):
        powers = np.exp(-(((train["queries"][:, None] - train["keys"]) * w) ** 2) / 2)
        predicted = (powers * train["values"]).sum(1) / powers.sum(1)
        return np.sum((predicted - train["y"]) ** 2)

    model = nadaraya_watson(DATA)
    model.set_weights([np.float32(0.6)])
    optimizer = keras.optimizers.SGD(0.5)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum((model(batch("train")) - batch("train")["y"]) ** 2)
    assert float(loss) == pytest.approx(total(0.6), rel=1e-5)
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    gradient = (total(0.6 + 1e-5) - total(0.6 - 1e-5)) / 2e-5
    assert float(model.get_weights()[0]) == pytest.approx(0.6 - 0.5 * gradient, rel=1e-4)


def test_attention_weights_are_labelled_and_sum_to_1(batch):
    seen = nadaraya_watson(DATA, 1.0).attention_weights(batch("test"), DATA)
    ((_, weights),) = seen.layers.items()
    assert weights.shape == (50, 1, 1, 50)
    np.testing.assert_allclose(tf.reduce_sum(weights, axis=-1), 1, atol=1e-6)
    assert seen.queries[:2] == [["0.00"], ["0.10"]]
    assert len(seen.keys[0]) == 50


def test_it_is_loaded_as_it_was_saved(batch, tmp_path):
    model = nadaraya_watson(DATA)
    x = batch("test")
    model(x)
    model.save(tmp_path / "model.keras")
    np.testing.assert_array_equal(keras.saving.load_model(tmp_path / "model.keras")(x), model(x))


@pytest.mark.parametrize("x", [SPEC["queries"], {"queries": SPEC["queries"]}], ids=["one input", "no keys"])
def test_examples_without_keys_are_refused(x):
    data = dataclasses.replace(NO_DATA, batch_spec=(x, tf.TensorSpec([None])))
    with pytest.raises(ConfigError, match=r"the stage `leave_one_out`.*Received: no keys"):
        nadaraya_watson(data)
