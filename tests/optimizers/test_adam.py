"""Adam: points worked out in float64, the steps of PyTorch, and where Keras has its epsilon."""

from __future__ import annotations

import keras
import numpy as np

from tfd2l.optimizers.adam import Adam
from tfd2l.testing import check_optimizer


def test_walks_as_the_formula_says(walk):
    x, v, s, points = np.array([-5.0, -2.0]), 0.0, 0.0, []
    for t in range(1, 21):
        g = np.array([0.2, 4.0]) * x
        v, s = 0.9 * v + 0.1 * g, 0.999 * s + 0.001 * g**2
        x = x - 0.4 * (v / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-6)
        points.append(x)
    # The kernel has 1 - beta_2 in float32, 0.005 % off, so a step is 0.002 % off.
    np.testing.assert_allclose(walk(Adam(0.4)), points, rtol=0, atol=1e-4)


def test_takes_the_steps_of_pytorch(learnt):
    theirs = learnt(torch="Adam", lr=0.01, eps=0.1)
    np.testing.assert_allclose(learnt(Adam(0.01, epsilon=0.1)), theirs, rtol=1e-5, atol=1e-5)


def test_is_keras_own_but_for_a_large_epsilon(learnt):
    theirs = learnt(keras.optimizers.Adam(0.01, epsilon=1e-7))
    np.testing.assert_allclose(learnt(Adam(0.01, epsilon=1e-7)), theirs, rtol=1e-4, atol=1e-5)
    assert np.abs(learnt(Adam(0.01, epsilon=0.1)) - learnt(keras.optimizers.Adam(0.01, epsilon=0.1))).max() > 0.01


def test_works_wherever_it_may_be_used():
    check_optimizer(Adam, learning_rate=0.01)
