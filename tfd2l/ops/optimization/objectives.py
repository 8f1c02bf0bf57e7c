"""The functions that chapter 11 minimizes and draws, by name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import tensorflow as tf

from tfd2l.errors import ConfigError, did_you_mean, listing

Range = tuple[float, float]


@dataclass(frozen=True)
class ObjectiveFamily:
    """A family of functions.

    Args:
        value: (..., d) points and the coefficients -> (...) values.
        text: the coefficients -> the formula as matplotlib's math text.
        coefficients: their defaults.
        ranges: what to draw of each of the d coordinates.
    """

    value: Callable[..., tf.Tensor]
    text: Callable[..., str]
    coefficients: Mapping[str, float] = field(default_factory=dict)
    ranges: tuple[Range, ...] = ((-10.0, 10.0),)


@dataclass(frozen=True)
class Objective:
    """A function of chapter 11 with its coefficients: (..., d) points -> (...) values, in the graph.

        objective = make_objective("quadratic", {"a": 0.1, "b": 2})
        objective(tf.constant([-5.0, -2.0]))  # 10.5

    Args:
        name: one of `OBJECTIVES`.
        coefficients: all of them.
    """

    name: str
    coefficients: Mapping[str, float]

    def __call__(self, x: tf.Tensor) -> tf.Tensor:
        return OBJECTIVES[self.name].value(x, **self.coefficients)

    @property
    def dimensions(self) -> int:
        """How many coordinates a point has: 1 or 2."""
        return len(self.ranges)

    @property
    def ranges(self) -> tuple[Range, ...]:
        """What to draw of each coordinate."""
        return OBJECTIVES[self.name].ranges

    @property
    def text(self) -> str:
        """The formula as matplotlib's math text."""
        return f"${OBJECTIVES[self.name].text(**self.coefficients)}$"

    @property
    def equation(self) -> str:
        """`f(x) = ` and the formula, as matplotlib's math text."""
        return f"$f(x) = {OBJECTIVES[self.name].text(**self.coefficients)}$"


def make_objective(name: str, coefficients: Mapping[str, float] | None = None) -> Objective:
    """The function of that name.

    Args:
        name: one of `OBJECTIVES`.
        coefficients: those that differ from the defaults.

    Raises:
        ConfigError: no such function, or it has no such coefficient.
    """
    if name not in OBJECTIVES:
        raise ConfigError(
            f"There is no objective {name!r}.{did_you_mean(name, OBJECTIVES)} There are: {listing(OBJECTIVES)}. "
            f"Received: objective={name}"
        )
    defaults, given = OBJECTIVES[name].coefficients, dict(coefficients or {})
    unknown = [key for key in given if key not in defaults]
    if unknown:
        raise ConfigError(
            f"The objective {name!r} has the coefficients {listing(defaults)}. Received: coefficients={given}"
        )
    return Objective(name, {**defaults, **given})


def square(x: tf.Tensor, scale: float, center: float) -> tf.Tensor:
    """Scale (x - center)^2."""
    return scale * (x[..., 0] - center) ** 2


def cosine(x: tf.Tensor, c: float) -> tf.Tensor:
    """cos(c pi x)."""
    return tf.cos(c * math.pi * x[..., 0])


def exponential(x: tf.Tensor, c: float) -> tf.Tensor:
    """exp(c x)."""
    return tf.exp(c * x[..., 0])


def cosine_product(x: tf.Tensor, c: float) -> tf.Tensor:
    """X cos(c pi x): with c = 0.15 the book's non-convex function, with c = 1 its risk."""
    return x[..., 0] * tf.cos(c * math.pi * x[..., 0])


def empirical_risk(x: tf.Tensor, c: float, height: float, frequency: float) -> tf.Tensor:
    """X cos(c pi x) + height cos(frequency pi x): the risk as a sample shows it, less smooth."""
    return cosine_product(x, c) + height * tf.cos(frequency * math.pi * x[..., 0])


def hyperbolic_cosine(x: tf.Tensor, c: float) -> tf.Tensor:
    """cosh(c x)."""
    return tf.cosh(c * x[..., 0])


def cube(x: tf.Tensor) -> tf.Tensor:
    """x^3."""
    return x[..., 0] ** 3


def hyperbolic_tangent(x: tf.Tensor) -> tf.Tensor:
    """tanh(x)."""
    return tf.tanh(x[..., 0])


def quadratic(x: tf.Tensor, a: float, b: float) -> tf.Tensor:
    """A x1^2 + b x2^2: a bowl, or with a and b of unequal signs a saddle."""
    return a * x[..., 0] ** 2 + b * x[..., 1] ** 2


def _factor(value: float) -> str:
    """A coefficient before something: nothing for 1."""
    return {1.0: "", -1.0: "-"}.get(value, f"{value:g} ")


def _term(value: float, of: str) -> str:
    """A coefficient and what it stands before, to be added."""
    return f"{'-' if value < 0 else '+'} {_factor(abs(value))}{of}"


def _square_text(scale: float, center: float) -> str:
    if center == 0:
        return f"{_factor(scale)}x^2"
    return f"{_factor(scale)}(x {'-' if center > 0 else '+'} {abs(center):g})^2"


OBJECTIVES: Mapping[str, ObjectiveFamily] = {
    "square": ObjectiveFamily(square, _square_text, {"scale": 1.0, "center": 0.0}),
    "cosine": ObjectiveFamily(cosine, lambda c: rf"\cos({_factor(c)}\pi x)", {"c": 1.0}, ((-2.0, 2.0),)),
    "exponential": ObjectiveFamily(exponential, lambda c: rf"\exp({_factor(c)}x)", {"c": 0.5}, ((-2.0, 2.0),)),
    "cosine_product": ObjectiveFamily(cosine_product, lambda c: rf"x \cos({_factor(c)}\pi x)", {"c": 0.15}),
    "empirical_risk": ObjectiveFamily(
        empirical_risk,
        lambda c, height, frequency: rf"x \cos({_factor(c)}\pi x) {_term(height, '')}\cos({_factor(frequency)}\pi x)",
        {"c": 1.0, "height": 0.2, "frequency": 5.0},
        ((0.5, 1.5),),
    ),
    "hyperbolic_cosine": ObjectiveFamily(hyperbolic_cosine, lambda c: rf"\cosh({_factor(c)}x)", {"c": 0.5}),
    "cube": ObjectiveFamily(cube, lambda: "x^3", {}, ((-2.0, 2.0),)),
    "hyperbolic_tangent": ObjectiveFamily(hyperbolic_tangent, lambda: r"\tanh(x)", {}, ((-2.0, 5.0),)),
    "quadratic": ObjectiveFamily(
        quadratic,
        lambda a, b: f"{_factor(a)}x_1^2 {_term(b, 'x_2^2')}",
        {"a": 1.0, "b": 2.0},
        ((-5.5, 1.0), (-3.0, 1.0)),
    ),
}
