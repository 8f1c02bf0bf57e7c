"""The functions of chapter 11 against NumPy, and their formulas in words."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from matplotlib.figure import Figure

from tfd2l.errors import ConfigError
from tfd2l.ops.optimization.objectives import OBJECTIVES, make_objective

X = np.linspace(-2, 2, 41)
ONE = [
    ("square", {}, X**2, "x^2"),
    ("square", {"scale": 0.5}, 0.5 * X**2, "0.5 x^2"),
    ("square", {"center": 1}, (X - 1) ** 2, "(x - 1)^2"),
    ("cosine", {}, np.cos(np.pi * X), r"\cos(\pi x)"),
    ("exponential", {}, np.exp(0.5 * X), r"\exp(0.5 x)"),
    ("cosine_product", {}, X * np.cos(0.15 * np.pi * X), r"x \cos(0.15 \pi x)"),
    ("cosine_product", {"c": 1}, X * np.cos(np.pi * X), r"x \cos(\pi x)"),
    (
        "empirical_risk",
        {},
        X * np.cos(np.pi * X) + 0.2 * np.cos(5 * np.pi * X),
        r"x \cos(\pi x) + 0.2 \cos(5 \pi x)",
    ),
    ("hyperbolic_cosine", {}, np.cosh(0.5 * X), r"\cosh(0.5 x)"),
    ("cube", {}, X**3, "x^3"),
    ("hyperbolic_tangent", {}, np.tanh(X), r"\tanh(x)"),
]
X1, X2 = np.meshgrid(X, X)
TWO = [
    ({}, X1**2 + 2 * X2**2, "x_1^2 + 2 x_2^2"),
    ({"a": 0.1}, 0.1 * X1**2 + 2 * X2**2, "0.1 x_1^2 + 2 x_2^2"),
    ({"b": -1}, X1**2 - X2**2, "x_1^2 - x_2^2"),
]


@pytest.mark.parametrize(("name", "coefficients", "values", "text"), ONE)
def test_values_of_functions_of_one_variable(name, coefficients, values, text):
    objective = make_objective(name, coefficients)
    np.testing.assert_allclose(objective(tf.constant(X[:, None])), values, atol=1e-12)
    assert (objective.dimensions, objective.text, objective.equation) == (1, f"${text}$", f"$f(x) = {text}$")


@pytest.mark.parametrize(("coefficients", "values", "text"), TWO)
def test_values_of_quadratics_on_a_grid(coefficients, values, text):
    objective = make_objective("quadratic", coefficients)
    np.testing.assert_allclose(objective(tf.constant(np.stack([X1, X2], axis=-1))), values, atol=1e-12)
    assert (objective.dimensions, objective.text) == (2, f"${text}$")


def test_every_objective_is_tested():
    assert {name for name, *_ in ONE} | {"quadratic"} == set(OBJECTIVES)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_formulas_are_math_text_and_a_point_gives_a_scalar(name):
    objective = make_objective(name)
    figure = Figure()
    figure.suptitle(objective.equation)
    figure.draw_without_rendering()  # raises on what is no math text
    assert objective(tf.zeros(objective.dimensions)).shape == ()
    assert all(low < high for low, high in objective.ranges)


def test_errors_name_the_nearest_name():
    with pytest.raises(ConfigError, match=r"no objective 'squared'.*'square'.*Received: objective=squared"):
        make_objective("squared")
    with pytest.raises(ConfigError, match=r"'quadratic' has the coefficients a, b\. Received: coefficients=\{'c': 1\}"):
        make_objective("quadratic", {"c": 1})
    with pytest.raises(ConfigError, match=r"'cube' has the coefficients \(none\)\."):
        make_objective("cube", {"c": 1})
