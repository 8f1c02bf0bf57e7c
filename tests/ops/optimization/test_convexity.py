"""Convexity by chords, Jensen's inequality and Hessians, as the book decides it."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.ops.optimization.convexity import compute_chord_gap, compute_jensen_gap, is_convex, is_convex_at, is_interval
from tfd2l.ops.optimization.hessian import compute_hessian
from tfd2l.ops.optimization.objectives import make_objective

BOOK = [("square", {"scale": 0.5}, True), ("cosine", {}, False), ("exponential", {}, True)]


@pytest.mark.parametrize(("name", "coefficients", "convex"), BOOK)
def test_convexity_of_the_books_functions_by_chords(name, coefficients, convex):
    objective = make_objective(name, coefficients)
    gap = compute_chord_gap(objective, tf.constant([-1.5], tf.float64), tf.constant([1.0], tf.float64))
    assert gap.shape == (101,)
    assert gap.numpy()[[0, -1]] == pytest.approx([0, 0], abs=1e-12)
    assert bool((gap.numpy() >= -1e-12).all()) is convex
    assert bool(is_convex(objective, -2.0, 2.0)) is convex


def test_chord_gap_of_a_parabola():
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
def test_convexity_depends_on_the_interval(name, low, high, convex):
    assert bool(is_convex(make_objective(name), low, high)) is convex


def test_jensen_gap_of_a_square_is_the_variance_and_may_be_negative_of_a_cosine():
    sample = np.random.default_rng(0).normal(1, 2, (500, 1))
    assert float(compute_jensen_gap(make_objective("square"), tf.constant(sample))) == pytest.approx(sample.var())
    near_the_top = tf.constant([[-0.1], [0.1]], tf.float64)
    assert float(compute_jensen_gap(make_objective("cosine"), near_the_top)) < 0


@pytest.mark.parametrize(
    ("coefficients", "expected", "convex"),
    [({"a": 1, "b": 1}, [[2, 0], [0, 2]], True), ({"a": 0.5, "b": 0.5}, [[1, 0], [0, 1]], True),
     ({"a": 1, "b": -1}, [[2, 0], [0, -2]], False), ({"a": 1, "b": 0}, [[2, 0], [0, 0]], True)],
)  # fmt: skip
def test_hessians_of_quadratics_and_convexity_at_a_point(coefficients, expected, convex):
    """x1^2 + x2^2 has twice the identity, 0.5 |x|^2 the identity."""
    objective = make_objective("quadratic", coefficients)
    point = tf.constant([0.3, -2.0], tf.float64)
    np.testing.assert_allclose(compute_hessian(objective, point), expected, atol=1e-12)
    assert bool(is_convex_at(objective, point)) is convex


@pytest.mark.parametrize(
    ("inside", "expected"),
    [("0110", True), ("0101", False), ("1001", False), ("0000", True), ("1111", True), ("1100", True), ("1", True)],
)
def test_is_interval(inside, expected):
    assert bool(is_interval(tf.constant([digit == "1" for digit in inside]))) is expected
