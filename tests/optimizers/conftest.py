"""What the tests of the optimizers walk on."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf


@pytest.fixture
def walk():
    """A function: the points of an optimizer on f(x) = 0.1 x1^2 + 2 x2^2 from (-5, -2), (steps, 2)."""

    def walked(optimizer, steps=20):
        position = keras.Variable([-5.0, -2.0])
        optimizer.build([position])
        step = tf.function(lambda: optimizer.apply([tf.constant([0.2, 4.0]) * position.value], [position]))
        points = []
        for _ in range(steps):
            step()
            points.append(np.array(position))
        return np.array(points)

    return walked


@pytest.fixture
def learnt(torch_peer):
    """A function: the weights (3, 4) after an optimizer of ours or of Keras has taken 50 given gradients.

    With `torch`, the name of an optimizer of PyTorch and its options.
    """
    rng = np.random.default_rng(3)
    start = rng.normal(size=(3, 4)).astype(np.float32)
    gradients = rng.normal(size=(50, 3, 4)).astype(np.float32)
    gradients += np.sign(gradients) * 0.1  # none near 0: there, the place of an epsilon would tell

    def learn(optimizer=None, torch=None, **options):
        if torch is not None:
            return torch_peer("optimize", start=start, gradients=gradients, name=torch, **options)
        weights = keras.Variable(start)
        optimizer.build([weights])
        step = tf.function(lambda gradient: optimizer.apply([gradient], [weights]))
        for gradient in gradients:
            step(tf.constant(gradient))
        return np.array(weights)

    return learn


class Point(keras.Model):
    """A model that is a point of an objective."""

    def __init__(self, objective, start):
        super().__init__()
        self.position = self.add_weight(shape=(len(start),), initializer="zeros", name="position")
        self.position.assign(start)
        self.objective = objective


@pytest.fixture
def descend():
    """A function: the positions (steps, d) of an optimizer, made from a model by `make`, on an objective."""

    def descended(objective, start, make, steps):
        model = Point(objective, start)
        optimizer = make(model)
        optimizer.build(model.trainable_variables)

        @tf.function
        def step():
            with tf.GradientTape() as tape:
                value = model.objective(model.position.value)
            optimizer.apply(tape.gradient(value, [model.position.value]), model.trainable_variables)

        points = []
        for _ in range(steps):
            step()
            points.append(np.array(model.position))
        return np.array(points)

    return descended
