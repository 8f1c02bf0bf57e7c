"""A LeNet, a few batches, and steps on them under a strategy."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.training.step import TrainStep

STEPS, ROWS = 6, 8
RNG = np.random.default_rng(0)
IMAGES = RNG.normal(size=(STEPS, ROWS, 28, 28, 1)).astype(np.float32)
LABELS = RNG.integers(0, 10, (STEPS, ROWS)).astype(np.int32)
WEIGHTS = np.ones((STEPS, ROWS), np.float32)
WEIGHTS[1, -3:] = 0  # a batch that was filled up
WEIGHTS[2, : ROWS // 2] = 0  # nothing counts on the first device
WEIGHTS[3] = 0.5
SPEC = (tf.TensorSpec([ROWS, 28, 28, 1]), tf.TensorSpec([ROWS], tf.int32), tf.TensorSpec([ROWS]))


def network(*, dropout=0.0, normalize=False, penalty=0.0, activity_penalty=0.0):
    """LeNet (12.5), with what else a model may hold."""
    keras.utils.set_random_seed(1)
    layers, l2 = keras.layers, keras.regularizers.L2
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(20, 3, activation="relu", kernel_regularizer=l2(penalty), name="conv1"),
            *([layers.BatchNormalization(name="normalize")] if normalize else []),
            layers.AveragePooling2D(2, name="pool1"),
            layers.Conv2D(50, 5, activation="relu", name="conv2"),
            layers.AveragePooling2D(2, name="pool2"),
            layers.Flatten(name="flatten"),
            layers.Dense(128, activation="relu", activity_regularizer=l2(activity_penalty), name="hidden"),
            *([layers.Dropout(dropout, seed=3, name="drop")] if dropout else []),
            layers.Dense(10, name="classifier"),
        ],
        name="lenet",
    )


@pytest.fixture(scope="session")
def lenet():
    """A function that builds LeNet, always with the same weights."""
    return network


@pytest.fixture(scope="session")
def batches():
    """(images, labels, weights), each with a first dimension for the steps."""
    return IMAGES, LABELS, WEIGHTS


@pytest.fixture(scope="session")
def step_under():
    """A function: a strategy -> a compiled step of LeNet; the other options are the network's, or the step's."""

    def step(strategy, *, model=None, micro_batches=1, xla=False, optimizer=None, spec=SPEC, loss=None, **options):
        with strategy.scope():
            model = network(**options) if model is None else model
            optimizer = optimizer() if optimizer else keras.optimizers.SGD(0.1)
            optimizer.build(model.trainable_variables)
        loss = loss or keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        metrics = [keras.metrics.SparseCategoricalAccuracy(name="accuracy")]
        made = TrainStep(model, loss, optimizer, metrics, strategy, micro_batches=micro_batches, xla=xla)
        made.compile(spec)
        return made

    return step


@pytest.fixture(scope="session")
def trained(step_under):
    """A function: a strategy and options -> (the logs of every step, all variables in the end)."""

    def train(strategy, **options):
        step = step_under(strategy, **options)
        logs = [step(batch) for batch in zip(IMAGES, LABELS, WEIGHTS, strict=True)]
        return logs, {variable.path: np.array(variable.value) for variable in step.model.variables}

    return train


@pytest.fixture(scope="session")
def assert_alike():
    """A function that compares two results of `trained`."""

    def compare(one, other):
        for mine, theirs in zip(one[0], other[0], strict=True):
            assert mine == pytest.approx(theirs, rel=1e-5, abs=1e-7)
        for (path, mine), theirs in zip(one[1].items(), other[1].values(), strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=2e-7, err_msg=path)

    return compare
