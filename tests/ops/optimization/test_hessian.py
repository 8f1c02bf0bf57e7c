"""Hessians against finite differences."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfd2l.ops.optimization.hessian import compute_hessian


def test_hessian_agrees_with_finite_differences_eagerly_and_in_a_graph():
    def function(x):
        return tf.sin(x[0] * x[1]) + x[2] ** 3 * x[0]

    point, h = np.array([0.4, 1.1, -0.7]), 1e-4
    shifts = h * np.eye(3)
    f = lambda x: float(function(tf.constant(x)))  # noqa: E731
    expected = [
        [(f(point + a + b) - f(point + a - b) - f(point - a + b) + f(point - a - b)) / (4 * h * h) for b in shifts]
        for a in shifts
    ]
    graph = tf.function(lambda x: compute_hessian(function, x))
    for found in (compute_hessian(function, tf.constant(point)), graph(tf.constant(point))):
        np.testing.assert_allclose(found, expected, atol=1e-6)


def test_hessian_of_a_linear_function_is_zero():
    np.testing.assert_array_equal(compute_hessian(lambda x: 3 * x[0] - x[1], tf.zeros(2)), np.zeros((2, 2)))
