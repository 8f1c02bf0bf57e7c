"""Logs illustrations of convex functions and sets."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from matplotlib.axes import Axes

from tfd2l.config.ranges import Seed
from tfd2l.ops.optimization.convexity import compute_chord_gap, compute_jensen_gap, is_convex, is_convex_at, is_interval
from tfd2l.ops.optimization.hessian import compute_hessian
from tfd2l.ops.optimization.objectives import Objective, make_objective
from tfd2l.ops.optimization.projection import project_onto_ball
from tfd2l.ops.optimization.stationary_points import find_stationary_points
from tfd2l.plots.figure import new_figure
from tfd2l.plots.landscape import draw_objective, evaluate_points
from tfd2l.plots.style import BLUE, GREEN, ORANGE, VERMILLION
from tfd2l.plots.text import Formula
from tfd2l.reports.base.finished_run import FinishedRun

LOW, HIGH = -2.0, 2.0
CHORD = (-1.5, 1.0)
FUNCTIONS = (
    make_objective("square", {"scale": 0.5}),
    make_objective("cosine"),
    make_objective("exponential"),
)
WITH_HESSIANS = (
    (make_objective("quadratic", {"a": 0.5, "b": 0.5}), "the identity"),
    (make_objective("quadratic", {"a": 1, "b": 1}), "twice the identity"),
    (make_objective("quadratic", {"a": 1, "b": -1}), "one eigenvalue below 0"),
)


def convexity(run: FinishedRun, sample_size: int = 1000, seed: Seed = 0) -> None:
    """Logs properties of convex functions, counterexamples, and a projection onto a convex set.

    They have chords that lie above them, one minimum, and below-sets without gaps.

    Two tables: whether each function is convex, and both sides of Jensen's inequality on a normal sample; Hessians
    with their eigenvalues at (1, 1).

    Args:
        run: The finished run; supplied by the experiment.
        sample_size: examples of the sample for Jensen's inequality.
        seed: of that sample.

    References:
        Section 11.2.
    """
    figure = new_figure(14, 8)
    grid = figure.subplots(2, 3)
    for axes, objective in zip(grid[0], FUNCTIONS, strict=True):
        _draw_chord(axes, objective)
    grid[0, 0].legend(loc="upper center", fontsize=8)  # for all three
    _draw_minimum(grid[1, 0], make_objective("square", {"center": 1}))
    _draw_below_sets(grid[1, 1], make_objective("cosine_product", {"c": 0.5}), level=-0.2)
    _draw_projection(grid[1, 2], np.random.default_rng(seed))
    run.artifacts.log_figure(figure, "figures/convexity.png")
    sample = tf.random.stateless_normal([sample_size, 1], [seed, 0], dtype=tf.float64)
    _log_rows(run, [_jensen_row(objective, sample) for objective in FUNCTIONS], "tables/jensen.json")
    _log_rows(run, [_hessian_row(objective, note) for objective, note in WITH_HESSIANS], "tables/hessians.json")


def _draw_chord(axes: Axes, objective: Objective) -> None:
    draw_objective(axes, objective, [(LOW, HIGH)])
    a, b = (tf.constant([end], tf.float64) for end in CHORD)
    x = np.linspace(*CHORD, 101)
    gap = np.asarray(compute_chord_gap(objective, a, b, 101))
    curve = evaluate_points(objective, x[:, None])
    axes.plot(x, curve + gap, "o-", color=ORANGE, markevery=[0, 100], label="chord")
    axes.fill_between(x, curve, curve + gap, where=gap >= 0, alpha=0.2, color=GREEN, label="chord above f")
    axes.fill_between(x, curve, curve + gap, where=gap <= 0, alpha=0.2, color=VERMILLION, label="chord below f")
    verdict = "convex" if is_convex(objective, LOW, HIGH) else "not convex"
    axes.set_title(Formula(f"{objective.equation}: {verdict}"))


def _draw_minimum(axes: Axes, objective: Objective) -> None:
    draw_objective(axes, objective, [(-1.0, 3.0)])
    (point,) = find_stationary_points(objective, -1.0, 3.0)
    axes.plot(point.x, point.value, "v", color=VERMILLION, markersize=9)
    kind = "local = global" if point.is_global else "local"
    axes.annotate(
        f"{kind}\nminimum, x = {point.x:.3g}",
        (point.x, point.value),
        (0, 45),
        textcoords="offset points",
        ha="center",
    )
    axes.set_title(Formula(f"{objective.equation}: one minimum"))


def _draw_below_sets(axes: Axes, objective: Objective, level: float) -> None:
    low, high = -3.0, 3.0
    x = np.linspace(low, high, 1201)
    values = evaluate_points(objective, x[:, None])
    inside = values <= level
    draw_objective(axes, objective, [(low, high)])
    axes.axhline(level, color=ORANGE, linestyle="--", label=f"b = {level:g}")
    axes.fill_between(x, values, level, where=inside, color=ORANGE, alpha=0.25)
    axes.plot(
        x,
        np.where(inside, values.min() - 0.4, np.nan),
        color=VERMILLION,
        linestyle="-",
        linewidth=5,
        label="{x: f(x) ≤ b}",
    )
    verdict = "convex" if is_interval(tf.constant(inside)) else "has a gap: not convex"
    axes.set_title(Formula(f"{objective.equation}:\nits below-set {verdict}"))
    axes.legend(loc="upper center", fontsize=8)


def _draw_projection(axes: Axes, rng: np.random.Generator, radius: float = 1.0) -> None:
    points = rng.normal(0, 1.3, (14, 2))
    projected = np.asarray(project_onto_ball(tf.constant(points), radius))
    angle = np.linspace(0, 2 * np.pi, 201)
    axes.fill(radius * np.cos(angle), radius * np.sin(angle), color=BLUE, alpha=0.15)
    axes.plot(radius * np.cos(angle), radius * np.sin(angle), color=BLUE, label=f"ball, radius {radius:g}")
    for point, nearest in zip(points, projected, strict=True):
        axes.plot(*np.stack([point, nearest]).T, color="0.5", linestyle="-", linewidth=0.8)
    axes.plot(*points.T, "o", color=ORANGE, label="points (gradients)")
    axes.plot(*projected.T, "o", color=VERMILLION, markersize=4, label="projected (clipped)")
    axes.set(
        xlabel=Formula("$x_1$"),
        ylabel=Formula("$x_2$"),
        title="Gradient clipping projects onto a ball",
        aspect="equal",
    )
    axes.legend(fontsize=8)
    axes.grid(alpha=0.3)


def _jensen_row(objective: Objective, sample: tf.Tensor) -> dict[str, Any]:
    mean = float(tf.reduce_mean(objective(sample)))
    gap = float(compute_jensen_gap(objective, sample))
    return {
        "function": objective.text,
        "convex on [-2, 2]": "yes" if is_convex(objective, LOW, HIGH) else "no",
        "E[f(X)]": round(mean, 4),
        "f(E[X])": round(mean - gap, 4),
        "E[f(X)] >= f(E[X])": "yes" if gap >= 0 else "no",
    }


def _hessian_row(objective: Objective, note: str) -> dict[str, Any]:
    point = tf.ones([2], tf.float64)
    matrix = np.asarray(compute_hessian(objective, point))
    return {
        "function": objective.text,
        "Hessian at (1, 1)": str(matrix.tolist()),
        "eigenvalues": str(np.linalg.eigvalsh(matrix).tolist()),
        "note": note,
        "convex there": "yes" if is_convex_at(objective, point) else "no",
    }


def _log_rows(run: FinishedRun, rows: list[dict[str, Any]], path: str) -> None:
    run.artifacts.log_table({key: [row[key] for row in rows] for key in rows[0]}, path)
