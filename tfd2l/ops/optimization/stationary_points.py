"""Stationary points of a function of one variable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import tensorflow as tf

Function = Callable[[tf.Tensor], tf.Tensor]
Kind = Literal["minimum", "maximum", "saddle"]

NUM_POINTS = 2001  # of the grid on which signs are compared
NUM_BISECTIONS = 40
FLATNESS = 1e-12  # for rounding errors, relative to the largest slope


@dataclass(frozen=True)
class StationaryPoint:
    """A stationary point: its derivative is zero.

    Args:
        x: The point.
        value: The function's value.
        kind: "minimum", "maximum", or "saddle" where the derivative has the same sign on both sides.
        is_global: Whether the value is the lowest (for a maximum, the highest) on the interval.

    Example:
        >>> from tfd2l.ops.optimization.stationary_points import StationaryPoint
        >>> StationaryPoint(x=0.0, value=1.0, kind="minimum", is_global=True).kind
        'minimum'
    """

    x: float
    value: float
    kind: Kind
    is_global: bool


def compute_derivative(function: Function, x: tf.Tensor) -> tf.Tensor:
    """Computes the derivative of a function of one variable by automatic differentiation.

    Args:
        function: A function that maps points of shape `(..., 1)` to values of shape `(...)`.
        x: A tensor of shape `(n,)`: the points.

    Returns:
        A tensor of shape `(n,)`.

    Example:
        >>> from tfd2l.ops.optimization.stationary_points import compute_derivative
        >>> compute_derivative(lambda x: x[..., 0] ** 3, tf.constant([0.0, 1.0, 2.0])).numpy()
        array([ 0.,  3., 12.], dtype=float32)
    """
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = function(x[..., None])
    return tape.gradient(value, x)


def find_stationary_points(function: Function, low: float, high: float) -> list[StationaryPoint]:
    """Finds the stationary points of a function of one variable on an interval.

    Where the derivative changes its sign between two of 2001 points, its zero is found by bisection in float64. Where
    it is zero at one of the points and has the same sign on both sides, there is a saddle.

    Args:
        function: A function that maps points of shape `(..., 1)` to values of shape `(...)`.
        low: The lower end of the interval.
        high: The upper end of the interval.

    Returns:
        The stationary points in rising order.

    Example:
        >>> from tfd2l.ops.optimization.stationary_points import find_stationary_points
        >>> points = find_stationary_points(lambda x: x[..., 0] ** 3 - 3 * x[..., 0], -2, 2.5)
        >>> [(round(point.x, 4), point.kind, point.is_global) for point in points]
        [(-1.0, 'maximum', False), (1.0, 'minimum', True)]

    References:
        - *Dive into Deep Learning*, section 11.1.
    """
    grid = np.linspace(low, high, NUM_POINTS)
    slopes, values = _compute_slopes(function, grid), _compute_values(function, grid)
    signs = np.where(np.abs(slopes) < FLATNESS * np.abs(slopes).max(), 0, np.sign(slopes))
    changes = np.flatnonzero(signs[:-1] * signs[1:] < 0)
    touches = 1 + np.flatnonzero((signs[1:-1] == 0) & (signs[:-2] * signs[2:] != 0))
    zeros = [*_bisect(function, grid[changes], grid[changes + 1]), *grid[touches]]
    sides = [
        *zip(signs[changes], signs[changes + 1], strict=True),
        *zip(signs[touches - 1], signs[touches + 1], strict=True),
    ]
    zero_values = _compute_values(function, np.array(zeros, np.float64))
    found = []
    for x, (before, after), value in sorted(zip(zeros, sides, zero_values, strict=True)):
        kind: Kind = "saddle" if before == after else "minimum" if before < 0 else "maximum"
        best = {"minimum": value <= values.min(), "maximum": value >= values.max(), "saddle": False}[kind]
        found.append(StationaryPoint(float(x), float(value), kind, bool(best)))
    return found


def _bisect(function: Function, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Finds one zero of the derivative between each low and high by bisection."""
    if not len(low):
        return low
    rising = _compute_slopes(function, high) > 0
    for _ in range(NUM_BISECTIONS):
        middle = (low + high) / 2
        beyond = (_compute_slopes(function, middle) > 0) == rising
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    return (low + high) / 2


def _compute_slopes(function: Function, x: np.ndarray) -> np.ndarray:
    return np.asarray(compute_derivative(function, tf.constant(x, tf.float64)))


def _compute_values(function: Function, x: np.ndarray) -> np.ndarray:
    return np.asarray(function(tf.constant(x, tf.float64)[:, None]))
