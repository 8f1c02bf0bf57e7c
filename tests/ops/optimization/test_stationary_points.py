"""Stationary points: those of the book, found again from the equation that they satisfy."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.ops.optimization.objectives import make_objective
from tfd2l.ops.optimization.stationary_points import compute_derivative, find_stationary_points


def test_x_cos_pi_x_has_a_local_and_a_global_minimum():
    points = find_stationary_points(make_objective("cosine_product", {"c": 1}), -1.0, 2.0)
    assert [(p.kind, p.is_global) for p in points] == [("minimum", False), ("maximum", False), ("minimum", True)]
    for point in points:  # f' = cos(pi x) - pi x sin(pi x)
        assert np.cos(np.pi * point.x) == pytest.approx(np.pi * point.x * np.sin(np.pi * point.x), abs=1e-9)
        assert point.value == pytest.approx(point.x * np.cos(np.pi * point.x), abs=1e-12)
    assert [p.x for p in points] == pytest.approx([-0.27385, 0.27385, 1.09041], abs=1e-5)


def test_empirical_risk_and_risk_have_different_minima():
    fine = np.linspace(0.5, 1.5, 1_000_001)
    for name, values in (
        ("cosine_product", fine * np.cos(np.pi * fine)),
        ("empirical_risk", fine * np.cos(np.pi * fine) + 0.2 * np.cos(5 * np.pi * fine)),
    ):
        points = find_stationary_points(make_objective(name, {"c": 1}), 0.5, 1.5)
        (lowest,) = [point for point in points if point.is_global]
        assert lowest.x == pytest.approx(fine[values.argmin()], abs=2e-6)


def test_kinds_of_stationary_points():
    (saddle,) = find_stationary_points(make_objective("cube"), -2.0, 2.0)
    assert (saddle.kind, saddle.x, saddle.is_global) == ("saddle", 0.0, False)
    (minimum,) = find_stationary_points(make_objective("square", {"center": 1}), -1.0, 3.0)
    assert (minimum.kind, minimum.x, minimum.is_global) == ("minimum", pytest.approx(1), True)
    assert find_stationary_points(make_objective("exponential"), -2.0, 2.0) == []


def test_maximum_below_an_end_of_the_interval_is_local():
    kinds = [(p.kind, p.is_global) for p in find_stationary_points(make_objective("cosine", {"c": 1}), -0.5, 1.5)]
    assert kinds == [("maximum", True), ("minimum", True)]


def test_derivative_of_tanh_at_4_is_the_books():
    slope = compute_derivative(make_objective("hyperbolic_tangent"), tf.constant([4.0, 0.0], tf.float64))
    np.testing.assert_allclose(slope, [0.00134095, 1], rtol=1e-5)
