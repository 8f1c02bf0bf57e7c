"""Objectives as curves or contours, and trajectories of optimizers over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from tfd2l.ops.optimization.objectives import Objective, Range
from tfd2l.plots.text import Formula

POINTS = 401  # of a curve
GRID = 161  # points a side of a contour map
LEVELS = 14
FEW = 60  # points of a trace that are marked one by one
FURTHEST = 3.0  # a picture grows to hold a trace by at most so many times its width, to each side
MARGIN = 0.05  # of the width, beyond the outermost point


def evaluate_points(objective: Objective, points: np.ndarray) -> np.ndarray:
    """F at (..., d) points, (...)."""
    return np.asarray(objective(tf.constant(points, tf.float32)))


def choose_ranges(objective: Objective, traces: Sequence[np.ndarray]) -> list[Range]:
    """Returns the range of each coordinate in which traces, (steps + 1, d) each, lie, unless they go very far."""
    points = np.concatenate(traces)
    ranges = []
    for (low, high), column in zip(objective.ranges, points.T, strict=True):
        width = high - low
        seen = column[(column > low - FURTHEST * width) & (column < high + FURTHEST * width)]
        if len(seen):
            low = min(low, seen.min() - MARGIN * width)
            high = max(high, seen.max() + MARGIN * width)
        ranges.append((float(low), float(high)))
    return ranges


def draw_objective(axes: Axes, objective: Objective, ranges: Sequence[Range] | None = None) -> None:
    """Draws the curve of a function of one variable, or the contours of one of two, with axes and formula."""
    ranges = ranges or objective.ranges
    if len(ranges) == 1:
        x = np.linspace(*ranges[0], POINTS)
        axes.plot(x, evaluate_points(objective, x[:, None]), color="0.6", zorder=1)
        axes.set(xlabel="x", ylabel="f(x)", xlim=ranges[0])
        axes.grid(alpha=0.3)
    else:
        x1, x2 = np.meshgrid(*(np.linspace(*range_, GRID) for range_ in ranges))
        height = evaluate_points(objective, np.stack([x1, x2], axis=-1))
        low, high = float(height.min()), float(height.max())
        # Closer together at the bottom, where the differences are small.
        levels = low + (high - low) * np.linspace(0, 1, LEVELS + 1)[1:] ** 2
        axes.contour(x1, x2, height, levels=levels, cmap="Blues_r", linewidths=0.8, alpha=0.8, zorder=1)
        axes.set(xlabel=Formula("$x_1$"), ylabel=Formula("$x_2$"), xlim=ranges[0], ylim=ranges[1])
    axes.set_title(Formula(objective.equation))


def draw_trace(axes: Axes, objective: Objective, trace: np.ndarray, **style: Any) -> Line2D:
    """Draws the points of a trace, (steps + 1, d), joined in their order, and returns the line."""
    points = trace.T if trace.shape[1] == 2 else (trace[:, 0], evaluate_points(objective, trace))
    shown = {"marker": "o", "markersize": 1.3 * choose_marker_size(trace), "linewidth": 1.2, "zorder": 2}
    (line,) = axes.plot(*points, **{**shown, **style})
    return line


def draw_descent(
    axes: Axes, objective: Objective, traces: Mapping[str, np.ndarray], styles: Sequence[Mapping[str, Any]]
) -> None:
    """Draws f over the steps of some traces, on a logarithmic axis where all values are positive."""
    values = {label: evaluate_points(objective, trace) for label, trace in traces.items()}
    for (label, column), style in zip(values.items(), styles, strict=True):
        axes.plot(
            column, label=label, linewidth=1.2, **{"marker": "o", "markersize": choose_marker_size(column), **style}
        )
    if all((column > 0).all() for column in values.values()):
        axes.set_yscale("log")
    axes.set(xlabel="steps", ylabel="f(x)", title="f after so many steps")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3)


def choose_marker_size(points: np.ndarray) -> float:
    """Returns the marker size in points: 0 on long traces, whose markers would overlap."""
    return 3 if len(points) <= FEW else 0


def format_point(point: np.ndarray) -> str:
    """Returns a point as text: `x = 0.0605`, `x = (-0.0576, -7.31e-05)`."""
    numbers = ", ".join(f"{value:.4g}" for value in point)
    return f"x = ({numbers})" if len(point) > 1 else f"x = {numbers}"


def split_coordinates(trace: np.ndarray) -> dict[str, list[float]]:
    """Returns the columns of a trace by name: `x`, or `x1` and `x2`."""
    names = ["x"] if trace.shape[1] == 1 else [f"x{index + 1}" for index in range(trace.shape[1])]
    return {name: [float(value) for value in column] for name, column in zip(names, trace.T, strict=True)}
