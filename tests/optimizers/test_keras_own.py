"""Keras' own optimizers: they follow the formula in their docstring, and every option reaches Keras."""

from __future__ import annotations

import inspect

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.optimizers.adafactor import adafactor
from tfd2l.optimizers.adamax import adamax
from tfd2l.optimizers.ftrl import ftrl
from tfd2l.optimizers.keras_adadelta import keras_adadelta
from tfd2l.optimizers.keras_adagrad import keras_adagrad
from tfd2l.optimizers.keras_adam import keras_adam
from tfd2l.optimizers.keras_rmsprop import keras_rmsprop
from tfd2l.optimizers.keras_sgd import keras_sgd
from tfd2l.optimizers.lamb import lamb
from tfd2l.optimizers.lion import lion
from tfd2l.optimizers.muon import muon
from tfd2l.optimizers.nadam import nadam
from tfd2l.testing import check_optimizer

STEPS, LR = 20, 0.03
RNG = np.random.default_rng(0)
START, GRADIENTS = RNG.normal(size=(3, 4)), RNG.normal(size=(STEPS, 3, 4))


def sgd_steps(w, g, t, k):
    k.v = 0.9 * k.v - LR * g
    return w + 0.9 * k.v - LR * g


def adagrad_steps(w, g, t, k):
    k.s = (0.1 if t == 1 else k.s) + g**2
    return w - LR * g / np.sqrt(k.s + 1e-2)


def rmsprop_steps(w, g, t, k):
    k.s, k.a = 0.9 * k.s + 0.1 * g**2, 0.9 * k.a + 0.1 * g
    k.m = 0.5 * k.m + LR * g / np.sqrt(k.s - k.a**2 + 1e-2)
    return w - k.m


def adadelta_steps(w, g, t, k):
    k.s = 0.95 * k.s + 0.05 * g**2
    scaled = np.sqrt(k.dx + 1e-2) / np.sqrt(k.s + 1e-2) * g
    k.dx = 0.95 * k.dx + 0.05 * scaled**2
    return w - LR * scaled


def adam_steps(w, g, t, k):
    k.m, k.v = 0.9 * k.m + 0.1 * g, 0.999 * k.v + 0.001 * g**2
    k.top = np.maximum(k.top, k.v)
    return w - LR * np.sqrt(1 - 0.999**t) / (1 - 0.9**t) * k.m / (np.sqrt(k.top) + 1e-2)


def nadam_steps(w, g, t, k):
    u, after = (0.9 * (1 - 0.96**n / 2) for n in (t, t + 1))
    k.product = (1.0 if t == 1 else k.product) * u
    k.m, k.v = 0.9 * k.m + 0.1 * g, 0.999 * k.v + 0.001 * g**2
    ahead = after * k.m / (1 - k.product * after) + (1 - u) * g / (1 - k.product)
    return w - LR * ahead / (np.sqrt(k.v / (1 - 0.999**t)) + 1e-2)


def adamax_steps(w, g, t, k):
    k.m, k.u = 0.9 * k.m + 0.1 * g, np.maximum(0.999 * k.u, np.abs(g))
    return w - LR / (1 - 0.9**t) * k.m / (k.u + 1e-2)


def lion_steps(w, g, t, k):
    w = w - LR * np.sign(0.9 * k.m + 0.1 * g)
    k.m = 0.99 * k.m + 0.01 * g
    return w


def adafactor_steps(w, g, t, k):
    b, q = 1 - t**-0.8, g**2 + 1e-30
    k.r, k.c = b * k.r + (1 - b) * q.mean(1), b * k.c + (1 - b) * q.mean(0)
    u = g / np.sqrt(np.outer(k.r, k.c) / k.r.mean())
    rms = lambda x: np.sqrt(np.mean(x**2))  # noqa: E731
    return w - max(1e-3, rms(w)) * min(LR, t**-0.5) * u / max(1, rms(u) / 1.0)


def muon_steps(w, g, t, k):
    k.m = 0.95 * k.m + g
    x = g + 0.95 * k.m
    x = x / np.linalg.norm(x)
    for _ in range(5):
        a = x @ x.T
        x = 3.4445 * x + (-4.775 * a + 2.0315 * a @ a) @ x
    return w - LR * 0.2 * np.sqrt(4) * x


def lamb_steps(w, g, t, k):
    k.m, k.v = 0.9 * k.m + 0.1 * g, 0.999 * k.v + 0.001 * g**2
    u = k.m / (1 - 0.9**t) / (np.sqrt(k.v / (1 - 0.999**t)) + 1e-2)
    return w - LR * np.linalg.norm(w) / np.linalg.norm(u) * u


def ftrl_steps(w, g, t, k):
    n = 0.1 if t == 1 else k.n
    k.n = n + g**2
    k.z = k.z + g + 2 * 0.3 * w - (np.sqrt(k.n) - np.sqrt(n)) / LR * w
    return (np.clip(k.z, -0.1, 0.1) - k.z) / (np.sqrt(k.n) / LR + 2 * 0.2 + 0.4 / LR)


class State:
    """0 where nothing was kept."""

    def __getattr__(self, name):
        return 0.0


REGULARIZED = {
    "l1_regularization_strength": 0.1,
    "l2_regularization_strength": 0.2,
    "l2_shrinkage_regularization_strength": 0.3,
    "beta": 0.4,
}
OWN = {
    keras_sgd: (sgd_steps, {"momentum": 0.9, "nesterov": True}),
    keras_adagrad: (adagrad_steps, {"epsilon": 1e-2}),
    keras_rmsprop: (rmsprop_steps, {"momentum": 0.5, "centered": True, "epsilon": 1e-2}),
    keras_adadelta: (adadelta_steps, {"epsilon": 1e-2}),
    keras_adam: (adam_steps, {"amsgrad": True, "epsilon": 1e-2}),
    nadam: (nadam_steps, {"epsilon": 1e-2}),
    adamax: (adamax_steps, {"epsilon": 1e-2}),
    lion: (lion_steps, {}),
    adafactor: (adafactor_steps, {}),
    muon: (muon_steps, {"weight_decay": None}),
    lamb: (lamb_steps, {"epsilon": 1e-2}),
    ftrl: (ftrl_steps, REGULARIZED),
}
each = pytest.mark.parametrize("make", OWN, ids=lambda make: make.__name__)


@each
def test_follows_the_formula(make):
    reference, options = OWN[make]
    weights = keras.Variable(START.astype(np.float32))
    optimizer = make(LR, **options)
    optimizer.build([weights])
    step = tf.function(lambda gradient: optimizer.apply([gradient], [weights]))
    expected, state = START, State()
    for t, gradient in enumerate(GRADIENTS, start=1):
        step(tf.constant(gradient, tf.float32))
        expected = reference(expected, gradient, t, state)
    np.testing.assert_allclose(weights, expected, rtol=1e-3, atol=1e-4)


@each
def test_every_option_reaches_keras(make):
    given = {}
    for name, parameter in inspect.signature(make).parameters.items():
        default = parameter.default
        others = {"exclude_layers": ["output"], "ns_steps": 3, "learning_rate_power": -0.3, "beta_2_decay": -0.5}
        given[name] = others.get(name, not default if isinstance(default, bool) else 0.25)
    config = make(**given).get_config()
    assert {name: config[name] for name in given} == given


@each
def test_rows_of_a_table_learn_too(make):
    table = keras.Variable(START.astype(np.float32), name="embeddings")
    optimizer = make(LR)
    optimizer.build([table])
    gradient = tf.IndexedSlices(tf.ones((1, 4)), tf.constant([2]), tf.constant([3, 4]))
    tf.function(lambda: optimizer.apply([gradient], [table]))()
    assert (np.array(table)[2] != START[2].astype(np.float32)).all()
    assert np.isfinite(np.array(table)).all()


# Moments with a decay of 0.999 stand still in bfloat16: in it, 0.999 is 1.
STILL = {keras_adam, nadam, lamb}


@each
def test_works_wherever_it_may_be_used(make):
    check_optimizer(
        make, learning_rate=1.0 if make is keras_adadelta else 0.01, skip=["bfloat16"] if make in STILL else []
    )
