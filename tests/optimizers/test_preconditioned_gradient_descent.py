"""Gradient descent with the inverse of each second derivative as rate."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfd2l.optimizers.preconditioned_gradient_descent import PreconditionedGradientDescent


def test_every_coordinate_has_its_own_rate(descend):
    scales = tf.constant([1000.0, 0.001, -2.0])
    objective = lambda x: tf.reduce_sum(0.5 * scales * x**2)  # noqa: E731
    points = descend(objective, [1.0, 1.0, 1.0], lambda model: PreconditionedGradientDescent(model, 0.5), 2)
    np.testing.assert_allclose(points, [[0.5, 0.5, 1.5], [0.25, 0.25, 2.25]], rtol=1e-6)


def test_only_the_diagonal_counts(descend):
    objective = lambda x: 2 * x[0] ** 2 + x[0] * x[1] + x[1] ** 2  # noqa: E731
    points = descend(objective, [1.0, 2.0], PreconditionedGradientDescent, 1)
    np.testing.assert_allclose(points[0], [1 - 6 / 4, 2 - 5 / 2], rtol=1e-6)  # g = (4x + y, x + 2y)
