"""Adadelta: points worked out in float64, and the steps of Keras and PyTorch."""

from __future__ import annotations

import keras
import numpy as np

from tfd2l.optimizers.adadelta import Adadelta
from tfd2l.testing import check_optimizer


def test_walks_as_the_formula_says(walk):
    x, s, dx, points = np.array([-5.0, -2.0]), 0.0, 0.0, []
    for _ in range(20):
        g = np.array([0.2, 4.0]) * x
        s = 0.9 * s + 0.1 * g**2
        scaled = np.sqrt(dx + 1e-5) / np.sqrt(s + 1e-5) * g
        x, dx = x - scaled, 0.9 * dx + 0.1 * scaled**2
        points.append(x)
    np.testing.assert_allclose(walk(Adadelta()), points, rtol=1e-5, atol=1e-6)
    assert round(points[-1][0], 2) == -4.78  # not near 0, as the notes say


def test_takes_the_steps_of_keras(learnt):
    theirs = learnt(keras.optimizers.Adadelta(1.0, rho=0.9, epsilon=1e-5))
    np.testing.assert_allclose(learnt(Adadelta()), theirs, rtol=1e-5, atol=1e-6)


def test_takes_the_steps_of_pytorch(learnt):
    theirs = learnt(torch="Adadelta", lr=1.0, rho=0.9, eps=1e-5)
    np.testing.assert_allclose(learnt(Adadelta()), theirs, rtol=1e-5, atol=1e-6)


def test_works_wherever_it_may_be_used():
    check_optimizer(Adadelta, learning_rate=1.0)
