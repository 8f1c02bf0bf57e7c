"""Yogi: points worked out in float64, and a mean of squares that may fall."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from tfd2l.optimizers.yogi import Yogi
from tfd2l.testing import check_optimizer


def test_walks_as_the_formula_says(walk):
    x, v, s, points = np.array([-5.0, -2.0]), 0.0, 0.0, []
    for t in range(1, 21):
        g = np.array([0.2, 4.0]) * x
        v = 0.9 * v + 0.1 * g
        s = s + 0.001 * g**2 * np.sign(g**2 - s)
        x = x - 0.4 * (v / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-3)
        points.append(x)
    np.testing.assert_allclose(walk(Yogi(0.4)), points, rtol=1e-4, atol=1e-5)


def test_the_mean_of_squares_rises_and_falls_by_the_square():
    weights = keras.Variable([0.0])
    optimizer = Yogi(beta_2=0.5)
    optimizer.build([weights])
    squares = []
    for gradient in (4.0, 2.0, 2.0, 0.0):
        optimizer.apply([tf.constant([gradient])], [weights])
        squares.append(float(optimizer.states[0][1].value[0]))
    assert squares == [8.0, 6.0, 4.0, 4.0]  # +16/2, -4/2, -4/2, nothing


def test_works_wherever_it_may_be_used():
    check_optimizer(Yogi, learning_rate=0.01)
