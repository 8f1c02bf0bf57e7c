"""Where the derivative of a function of one variable is zero, and what is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import tensorflow as tf

Function = Callable[[tf.Tensor], tf.Tensor]

POINTS = 2001  # at which signs are looked at
HALVINGS = 60


@dataclass(frozen=True)
class StationaryPoint:
    """A point of an interval where a function has no slope.

    Arguments:
        x, value: the point, and the function there.
        kind: a saddle is where the slope has the same sign on both sides.
        is_global: the lowest (highest) value of the function over the interval.
    """

    x: float
    value: float
    kind: Literal["minimum", "maximum", "saddle"]
    is_global: bool


def derivative(function: Function, x: tf.Tensor) -> tf.Tensor:
    """f'(x) by automatic differentiation; (n,) points of one variable, (n,).

    Arguments:
        function: (..., 1) points -> (...) values.
    """
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = function(x[..., None])
    return tape.gradient(value, x)


def stationary_points(function: Function, low: float, high: float) -> list[StationaryPoint]:
    """The stationary points inside an interval, in their order.

    Where f' changes its sign between two of 2001 points, the zero is found by halving, in float64; where it only
    touches zero at one of the points, with one sign on both sides, there is a saddle.

    Arguments:
        function: (..., 1) points -> (...) values.
        low, high: the interval.

    Source: section 11.1.
    """
    grid = np.linspace(low, high, POINTS)
    slopes = _slopes(function, grid)
    values = _values(function, grid)
    found = []
    signs = np.sign(np.where(np.abs(slopes) < 1e-12 * np.abs(slopes).max(), 0.0, slopes))
    for index in range(POINTS - 1):
        before, after = signs[index], signs[index + 1]
        if before * after < 0:
            found.append((_zero(function, grid[index], grid[index + 1]), before, after))
        elif after == 0 and index + 2 < POINTS and before != 0 and signs[index + 2] != 0:
            found.append((float(grid[index + 1]), before, signs[index + 2]))
    points = []
    for x, before, after in found:
        value = float(_values(function, np.array([x]))[0])
        kind: Literal["minimum", "maximum", "saddle"] = (
            "saddle" if before == after else "minimum" if before < 0 else "maximum"
        )
        best = {"minimum": value <= values.min(), "maximum": value >= values.max(), "saddle": False}[kind]
        points.append(StationaryPoint(x, value, kind, bool(best)))
    return points


def _zero(function: Function, low: float, high: float) -> float:
    rising = _slopes(function, np.array([high]))[0] > 0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if (_slopes(function, np.array([middle]))[0] > 0) == rising:
            high = middle
        else:
            low = middle
    return float((low + high) / 2)


def _slopes(function: Function, x: np.ndarray) -> np.ndarray:
    return np.asarray(derivative(function, tf.constant(x, tf.float64)))


def _values(function: Function, x: np.ndarray) -> np.ndarray:
    return np.asarray(function(tf.constant(x, tf.float64)[:, None]))
