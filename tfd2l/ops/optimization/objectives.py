"""Objective functions of chapter 11, by name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import tensorflow as tf

from tfd2l.errors import ConfigError, did_you_mean, listing

Range = tuple[float, float]


@dataclass(frozen=True)
class ObjectiveFamily:
    """A family of objective functions with coefficients.

    Args:
        value: A function that maps points of shape `(..., d)` and the coefficients to values of shape `(...)`.
        text: A function that maps the coefficients to the formula, in matplotlib's math text.
        coefficients: The default of each coefficient.
        ranges: The interval of each of the d coordinates in which the function is drawn.

    Example:
        >>> from tfd2l.ops.optimization.objectives import OBJECTIVES
        >>> OBJECTIVES["quadratic"].coefficients, OBJECTIVES["quadratic"].ranges
        ({'a': 1.0, 'b': 2.0}, ((-5.5, 1.0), (-3.0, 1.0)))
    """

    value: Callable[..., tf.Tensor]
    text: Callable[..., str]
    coefficients: Mapping[str, float] = field(default_factory=dict)
    ranges: tuple[Range, ...] = ((-10.0, 10.0),)


@dataclass(frozen=True)
class Objective:
    """An objective function with its coefficients, which maps points of shape `(..., d)` to values of shape `(...)`.

    Args:
        name: The name of its family in `OBJECTIVES`.
        coefficients: The value of every coefficient.

    Example:
        >>> from tfd2l.ops.optimization.objectives import make_objective
        >>> objective = make_objective("quadratic", {"a": 0.1, "b": 2})
        >>> objective(tf.constant([-5.0, -2.0])).numpy().round(3)
        np.float32(10.5)
        >>> objective.dimensions, objective.text
        (2, '$0.1 x_1^2 + 2 x_2^2$')
    """

    name: str
    coefficients: Mapping[str, float]

    def __call__(self, x: tf.Tensor) -> tf.Tensor:
        return OBJECTIVES[self.name].value(x, **self.coefficients)

    @property
    def dimensions(self) -> int:
        """The number of coordinates of a point, 1 or 2."""
        return len(self.ranges)

    @property
    def ranges(self) -> tuple[Range, ...]:
        """The interval of each coordinate in which the function is drawn."""
        return OBJECTIVES[self.name].ranges

    @property
    def text(self) -> str:
        """The formula, in matplotlib's math text."""
        return f"${OBJECTIVES[self.name].text(**self.coefficients)}$"

    @property
    def equation(self) -> str:
        """The formula after `f(x) =`, in matplotlib's math text."""
        return f"$f(x) = {OBJECTIVES[self.name].text(**self.coefficients)}$"


def make_objective(name: str, coefficients: Mapping[str, float] | None = None) -> Objective:
    """Makes an objective function by the name of its family.

    Args:
        name: A name in `OBJECTIVES`.
        coefficients: Coefficients that differ from the defaults. Defaults to None.

    Returns:
        The objective function.

    Raises:
        ConfigError: There is no such family, or it has no such coefficient.

    Example:
        >>> from tfd2l.ops.optimization.objectives import make_objective
        >>> make_objective("square", {"center": 1.0})(tf.constant([[3.0], [1.0]])).numpy()
        array([4., 0.], dtype=float32)

    References:
        - *Dive into Deep Learning*, chapter 11.
    """
    if name not in OBJECTIVES:
        raise ConfigError(
            f"There is no objective {name!r}.{did_you_mean(name, OBJECTIVES)} There are: {listing(OBJECTIVES)}. "
            f"Received: objective={name}"
        )
    defaults, changed = OBJECTIVES[name].coefficients, dict(coefficients or {})
    unknown = [key for key in changed if key not in defaults]
    if unknown:
        raise ConfigError(
            f"The objective {name!r} has the coefficients {listing(defaults)}. Received: coefficients={changed}"
        )
    return Objective(name, {**defaults, **changed})


def _square(x: tf.Tensor, scale: float, center: float) -> tf.Tensor:
    """Computes `scale (x - center)^2`."""
    return scale * (x[..., 0] - center) ** 2


def _cosine(x: tf.Tensor, c: float) -> tf.Tensor:
    """Computes `cos(c pi x)`."""
    return tf.cos(c * math.pi * x[..., 0])


def _exponential(x: tf.Tensor, c: float) -> tf.Tensor:
    """Computes `exp(c x)`."""
    return tf.exp(c * x[..., 0])


def _cosine_product(x: tf.Tensor, c: float) -> tf.Tensor:
    """Computes `x cos(c pi x)`: the book's non-convex function for c = 0.15, its risk for c = 1."""
    return x[..., 0] * tf.cos(c * math.pi * x[..., 0])


def _empirical_risk(x: tf.Tensor, c: float, height: float, frequency: float) -> tf.Tensor:
    """Computes `x cos(c pi x) + height cos(frequency pi x)`: the risk over a sample, which is less smooth."""
    return _cosine_product(x, c) + height * tf.cos(frequency * math.pi * x[..., 0])


def _hyperbolic_cosine(x: tf.Tensor, c: float) -> tf.Tensor:
    """Computes `cosh(c x)`."""
    return tf.cosh(c * x[..., 0])


def _cube(x: tf.Tensor) -> tf.Tensor:
    """Computes `x^3`."""
    return x[..., 0] ** 3


def _hyperbolic_tangent(x: tf.Tensor) -> tf.Tensor:
    """Computes `tanh(x)`."""
    return tf.tanh(x[..., 0])


def _quadratic(x: tf.Tensor, a: float, b: float) -> tf.Tensor:
    """Computes `a x1^2 + b x2^2`: a bowl, or a saddle if a and b have different signs."""
    return a * x[..., 0] ** 2 + b * x[..., 1] ** 2


def _format_factor(value: float) -> str:
    """Formats a coefficient before a term; 1 is omitted."""
    return {1.0: "", -1.0: "-"}.get(value, f"{value:g} ")


def _format_term(value: float, of: str) -> str:
    """Formats a term of a sum: sign, coefficient and what it multiplies."""
    return f"{'-' if value < 0 else '+'} {_format_factor(abs(value))}{of}"


def _format_square(scale: float, center: float) -> str:
    if center == 0:
        return f"{_format_factor(scale)}x^2"
    return f"{_format_factor(scale)}(x {'-' if center > 0 else '+'} {abs(center):g})^2"


OBJECTIVES: Mapping[str, ObjectiveFamily] = {
    "square": ObjectiveFamily(_square, _format_square, {"scale": 1.0, "center": 0.0}),
    "cosine": ObjectiveFamily(_cosine, lambda c: rf"\cos({_format_factor(c)}\pi x)", {"c": 1.0}, ((-2.0, 2.0),)),
    "exponential": ObjectiveFamily(_exponential, lambda c: rf"\exp({_format_factor(c)}x)", {"c": 0.5}, ((-2.0, 2.0),)),
    "cosine_product": ObjectiveFamily(_cosine_product, lambda c: rf"x \cos({_format_factor(c)}\pi x)", {"c": 0.15}),
    "empirical_risk": ObjectiveFamily(
        _empirical_risk,
        lambda c, height, frequency: (
            rf"x \cos({_format_factor(c)}\pi x) {_format_term(height, '')}\cos({_format_factor(frequency)}\pi x)"
        ),
        {"c": 1.0, "height": 0.2, "frequency": 5.0},
        ((0.5, 1.5),),
    ),
    "hyperbolic_cosine": ObjectiveFamily(_hyperbolic_cosine, lambda c: rf"\cosh({_format_factor(c)}x)", {"c": 0.5}),
    "cube": ObjectiveFamily(_cube, lambda: "x^3", {}, ((-2.0, 2.0),)),
    "hyperbolic_tangent": ObjectiveFamily(_hyperbolic_tangent, lambda: r"\tanh(x)", {}, ((-2.0, 5.0),)),
    "quadratic": ObjectiveFamily(
        _quadratic,
        lambda a, b: f"{_format_factor(a)}x_1^2 {_format_term(b, 'x_2^2')}",
        {"a": 1.0, "b": 2.0},
        ((-5.5, 1.0), (-3.0, 1.0)),
    ),
}
