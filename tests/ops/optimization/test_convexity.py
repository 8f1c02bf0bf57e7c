"""Convexity, decided as the book decides it; Hessians against finite differences."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.ops.optimization.convexity import compute_chord_gap, compute_jensen_gap, is_convex, is_convex_at, is_interval
from tfd2l.ops.optimization.hessian import compute_hessian
from tfd2l.ops.optimization.objectives import make_objective

BOOK = [("square", {"scale": 0.5}, True), ("cosine", {}, False), ("exponential", {}, True)]


@pytest.mark.parametrize(("name", "coefficients", "convex"), BOOK)
def test_the_books_chord_and_every_other(name, coefficients, convex):
    objective = make_objective(name, coefficients)
    gap = compute_chord_gap(objective, tf.constant([-1.5], tf.float64), tf.constant([1.0], tf.float64))
    assert gap.shape == (101,)
    assert gap.numpy()[[0, -1]] == pytest.approx([0, 0], abs=1e-12)
    assert bool((gap.numpy() >= -1e-12).all()) is convex
    assert bool(is_convex(objective, -2.0, 2.0)) is convex


def test_a_chord_of_a_parabola_is_half_t_times_the_rest_above_it():
    gap = compute_chord_gap(
        make_objective("square"), tf.constant([-1.5], tf.float64), tf.constant([1.0], tf.float64), 11
    )
    t = np.linspace(1, 0, 11)
    np.testing.assert_allclose(gap, t * (1 - t) * 2.5**2, atol=1e-12)


@pytest.mark.parametrize(
    ("name", "low", "high", "convex"),
    [("cube", 0.0, 2.0, True), ("cube", -0.1, 2.0, False), ("hyperbolic_cosine", -9.0, 9.0, True),
     ("cosine", 0.6, 1.4, True), ("cosine_product", -10.0, 10.0, False)],
)  # fmt: skip
def test_an_interval_decides(name, low, high, convex):
    assert bool(is_convex(make_objective(name), low, high)) is convex


def test_jensens_gap_of_a_square_is_the_variance_and_a_cosine_may_have_one_below_0():
    sample = np.random.default_rng(0).normal(1, 2, (500, 1))
    assert float(compute_jensen_gap(make_objective("square"), tf.constant(sample))) == pytest.approx(sample.var())
    near_the_top = tf.constant([[-0.1], [0.1]], tf.float64)
    assert float(compute_jensen_gap(make_objective("cosine"), near_the_top)) < 0


@pytest.mark.parametrize(
    ("coefficients", "expected", "convex"),
    [({"a": 1, "b": 1}, [[2, 0], [0, 2]], True), ({"a": 0.5, "b": 0.5}, [[1, 0], [0, 1]], True),
     ({"a": 1, "b": -1}, [[2, 0], [0, -2]], False), ({"a": 1, "b": 0}, [[2, 0], [0, 0]], True)],
)  # fmt: skip
def test_hessians_of_bowls_and_saddles(coefficients, expected, convex):
    """x1^2 + x2^2 has twice the identity, 0.5 |x|^2 the identity."""
    objective = make_objective("quadratic", coefficients)
    point = tf.constant([0.3, -2.0], tf.float64)
    np.testing.assert_allclose(compute_hessian(objective, point), expected, atol=1e-12)
    assert bool(is_convex_at(objective, point)) is convex


def test_a_hessian_is_that_of_finite_differences_in_a_graph_too():
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


def test_a_linear_function_has_the_hessian_zero():
    np.testing.assert_array_equal(compute_hessian(lambda x: 3 * x[0] - x[1], tf.zeros(2)), np.zeros((2, 2)))


@pytest.mark.parametrize(
    ("inside", "expected"),
    [("0110", True), ("0101", False), ("1001", False), ("0000", True), ("1111", True), ("1100", True), ("1", True)],
)
def test_an_interval_is_one_stretch(inside, expected):
    assert bool(is_interval(tf.constant([digit == "1" for digit in inside]))) is expected
