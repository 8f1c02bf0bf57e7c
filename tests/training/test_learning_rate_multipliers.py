"""Weights that learn at a multiple of the rate: as if each group had an optimizer of its own."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.config.build import build
from tfd2l.errors import ConfigError
from tfd2l.training.learning_rate_multipliers import match_multipliers
from tfd2l.training.optimizer import adapt_optimizer

RNG = np.random.default_rng(0)
BODY, HEAD = RNG.normal(size=(3, 4)).astype("f"), RNG.normal(size=(4, 2)).astype("f")
GRADIENTS = [(RNG.normal(size=(3, 4)).astype("f"), RNG.normal(size=(4, 2)).astype("f")) for _ in range(5)]
OPTIMIZERS = {
    "sgd": {"weight_decay": 0.1},
    "momentum": {"weight_decay": 0.1},
    "adagrad": {},
    "rmsprop": {},
    "adadelta": {},
    "adam": {"weight_decay": 0.1},
    "yogi": {},
    "adamw": {"weight_decay": 0.1},
    "keras_sgd": {"momentum": 0.9},
    "keras_adam": {},
    "nadam": {},
    "adamax": {},
    "lion": {},
    "lamb": {},
    "ftrl": {},
    "muon": {},
    "adafactor": {},
}


def learnt(optimizer, starts, gradients):
    variables = [keras.Variable(start, name=name) for start, name in zip(starts, ("body", "head"), strict=False)]
    optimizer.build(variables)
    step = tf.function(lambda *gradients: optimizer.apply(list(gradients), variables))
    for one in gradients:
        step(*map(tf.constant, one))
    return [np.array(variable) for variable in variables]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_is_an_optimizer_of_its_own_with_that_rate(name):
    def made(rate):
        return build("optimizer", {"name": name, **OPTIMIZERS[name], "learning_rate": rate})

    optimizer = made(0.01)
    adapt_optimizer(optimizer, [1.0, 10.0])
    body, head = learnt(optimizer, (BODY, HEAD), GRADIENTS)
    (plain,) = learnt(made(0.01), (BODY,), [(one,) for one, _ in GRADIENTS])
    (fast,) = learnt(made(0.1), (HEAD,), [(other,) for _, other in GRADIENTS])
    np.testing.assert_allclose(body, plain, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(head, fast, rtol=1e-5, atol=1e-6)
    assert float(optimizer.learning_rate) == pytest.approx(0.01)  # what is logged


def test_gradient_descent_with_decay_by_hand():
    optimizer = build("optimizer", {"name": "sgd", "learning_rate": 0.01, "weight_decay": 0.5})
    adapt_optimizer(optimizer, [1.0, 10.0])
    body, head = learnt(optimizer, (BODY, HEAD), GRADIENTS)
    expected = [BODY.astype(np.float64), HEAD.astype(np.float64)]
    for gradients in GRADIENTS:
        for place, rate in enumerate((0.01, 0.1)):
            expected[place] -= rate * 0.5 * expected[place]
            expected[place] -= rate * gradients[place]
    np.testing.assert_allclose(body, expected[0], rtol=1e-5)
    np.testing.assert_allclose(head, expected[1], rtol=1e-5)


def test_follows_a_schedule():
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([2], [0.5, 0.25])
    optimizer = build("optimizer", {"name": "sgd"}, learning_rate=schedule)
    adapt_optimizer(optimizer, [1.0, 2.0])
    ones = [(np.ones((3, 4), "f"), np.ones((4, 2), "f"))] * 4
    body, head = learnt(optimizer, (BODY, HEAD), ones)
    np.testing.assert_allclose(BODY - body, 3 * 0.5 + 0.25, rtol=1e-5)
    np.testing.assert_allclose(HEAD - head, 2 * (3 * 0.5 + 0.25), rtol=1e-5)


def test_replicas_change_their_copies_alike():
    devices = tf.config.list_logical_devices("CPU")
    strategy = tf.distribute.MirroredStrategy([device.name for device in devices])
    with strategy.scope():
        variables = [keras.Variable(BODY, name="body"), keras.Variable(HEAD, name="head")]
        optimizer = build("optimizer", {"name": "sgd", "learning_rate": 0.01, "weight_decay": 0.5})
        optimizer.build(variables)
    adapt_optimizer(optimizer, [1.0, 10.0])

    @tf.function
    def step():
        strategy.run(lambda: optimizer.apply([tf.zeros([3, 4]), tf.zeros([4, 2])], variables))

    step()
    np.testing.assert_allclose(np.array(variables[0]), BODY * (1 - 0.01 * 0.5), rtol=1e-6)
    np.testing.assert_allclose(np.array(variables[1]), HEAD * (1 - 0.1 * 0.5), rtol=1e-6)


def small_model():
    image = keras.Input((4,))
    return keras.Model(image, keras.layers.Dense(2, name="classifier")(keras.layers.Dense(3, name="body_conv")(image)))


def test_the_first_pattern_that_is_found_in_a_path_counts():
    variables = small_model().trainable_variables
    assert variables[0].path == "body_conv/kernel"
    assert match_multipliers(variables, {"classifier": 10}) == [1, 1, 10, 10]
    assert match_multipliers(variables, {"^classifier/bias": 2, "classifier": 10, ".": 0.1}) == [0.1, 0.1, 10, 2]


def test_a_pattern_that_no_weight_is_left_for_is_refused():
    variables = small_model().trainable_variables
    with pytest.raises(ConfigError, match=r"'clasifier' in its path.*Did you mean.*classifier.*body_conv.*Received"):
        match_multipliers(variables, {"clasifier": 10})
    with pytest.raises(ConfigError, match=r"'classifier'.*earlier pattern"):
        match_multipliers(variables, {".": 0.1, "classifier": 10})
    with pytest.raises(ConfigError, match=r"regular expression.*Received.*'\('"):
        match_multipliers(variables, {"(": 10})
