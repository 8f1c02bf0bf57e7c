"""Where the derivative of a function of one variable is zero, and what is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import tensorflow as tf

Function = Callable[[tf.Tensor], tf.Tensor]
Kind = Literal["minimum", "maximum", "saddle"]

NUM_POINTS = 2001  # at which signs are looked at
NUM_BISECTIONS = 40
FLATNESS = 1e-12  # of the largest slope: rounding


@dataclass(frozen=True)
class StationaryPoint:
    """A point of an interval where a function has no slope.

    Args:
        x, value: the point, and the function there.
        kind: a saddle is where the slope has the same sign on both sides.
        is_global: the lowest (highest) value of the function over the interval.
    """

    x: float
    value: float
    kind: Kind
    is_global: bool


def compute_derivative(function: Function, x: tf.Tensor) -> tf.Tensor:
    """f'(x) by automatic differentiation; (n,) points of one variable, (n,).

    Args:
        function: (..., 1) points -> (...) values.
    """
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = function(x[..., None])
    return tape.gradient(value, x)


def find_stationary_points(function: Function, low: float, high: float) -> list[StationaryPoint]:
    """The stationary points inside an interval, in their order.

    Where f' changes its sign between two of 2001 points, the zero is found by halving, in float64; where it only
    touches zero at one of the points, with one sign on both sides, there is a saddle.

    Args:
        function: (..., 1) points -> (...) values.
        low, high: the interval.

    Source: section 11.1.
    """
    grid = np.linspace(low, high, NUM_POINTS)
    slopes, values = _slopes(function, grid), _values(function, grid)
    signs = np.where(np.abs(slopes) < FLATNESS * np.abs(slopes).max(), 0, np.sign(slopes))
    changes = np.flatnonzero(signs[:-1] * signs[1:] < 0)
    touches = 1 + np.flatnonzero((signs[1:-1] == 0) & (signs[:-2] * signs[2:] != 0))
    zeros = [*_zeros(function, grid[changes], grid[changes + 1]), *grid[touches]]
    sides = [
        *zip(signs[changes], signs[changes + 1], strict=True),
        *zip(signs[touches - 1], signs[touches + 1], strict=True),
    ]
    heights = _values(function, np.array(zeros, np.float64))
    found = []
    for x, (before, after), value in sorted(zip(zeros, sides, heights, strict=True)):
        kind: Kind = "saddle" if before == after else "minimum" if before < 0 else "maximum"
        best = {"minimum": value <= values.min(), "maximum": value >= values.max(), "saddle": False}[kind]
        found.append(StationaryPoint(float(x), float(value), kind, bool(best)))
    return found


def _zeros(function: Function, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The zeros of f', one between each low and high, by halving."""
    if not len(low):
        return low
    rising = _slopes(function, high) > 0
    for _ in range(NUM_BISECTIONS):
        middle = (low + high) / 2
        beyond = (_slopes(function, middle) > 0) == rising
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    return (low + high) / 2


def _slopes(function: Function, x: np.ndarray) -> np.ndarray:
    return np.asarray(compute_derivative(function, tf.constant(x, tf.float64)))


def _values(function: Function, x: np.ndarray) -> np.ndarray:
    return np.asarray(function(tf.constant(x, tf.float64)[:, None]))
