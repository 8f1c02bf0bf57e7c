"""Logs risk against empirical risk, local and global minima, and saddle points."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from matplotlib.axes import Axes

from tfd2l.ops.optimization.hessian import compute_hessian
from tfd2l.ops.optimization.objectives import Objective, make_objective
from tfd2l.ops.optimization.stationary_points import StationaryPoint, find_stationary_points
from tfd2l.plots.figure import new_figure
from tfd2l.plots.landscape import draw_objective, evaluate_points
from tfd2l.plots.style import BLUE, VERMILLION
from tfd2l.plots.text import Formula
from tfd2l.reports.base.finished_run import FinishedRun

MARKS = {"minimum": "v", "maximum": "^", "saddle": "D"}
SURFACE = 41  # points a side


def minima_and_saddles(run: FinishedRun) -> None:
    """Logs risk against empirical risk, a local and a global minimum, and saddle points.

    The marked points are found from the functions' own derivatives, and logged as a table.

    References:
        Section 11.1.
    """
    figure = new_figure(12, 8.6)
    cells = [figure.add_subplot(2, 2, place, projection="3d" if place == 4 else None) for place in (1, 2, 3, 4)]
    rows = [
        *_risks(cells[0]),
        *_marked(cells[1], make_objective("cosine_product", {"c": 1}), -1.0, 2.0),
        *_marked(cells[2], make_objective("cube"), -2.0, 2.0),
        _saddle(cells[3], make_objective("quadratic", {"a": 1, "b": -1})),
    ]
    run.artifacts.log_figure(figure, "figures/minima_and_saddles.png")
    run.artifacts.log_table({key: [row[key] for row in rows] for key in rows[0]}, "tables/stationary_points.json")


def _risks(axes: Axes) -> list[dict[str, object]]:
    low, high = 0.5, 1.5
    rows = []
    risks = {"risk": make_objective("cosine_product", {"c": 1}), "empirical risk": make_objective("empirical_risk")}
    for (name, objective), color in zip(risks.items(), (BLUE, VERMILLION), strict=True):
        x = np.linspace(low, high, 401)
        axes.plot(x, evaluate_points(objective, x[:, None]), color=color, label=Formula(f"{name}: {objective.text}"))
        (lowest,) = [p for p in find_stationary_points(objective, low, high) if p.kind == "minimum" and p.is_global]
        axes.plot(lowest.x, lowest.value, MARKS["minimum"], color=color, markersize=9)
        axes.annotate(
            f"minimum of the {name}\nx = {lowest.x:.3f}",
            (lowest.x, lowest.value),
            (lowest.x + (0.12 if name == "risk" else -0.3), lowest.value - 0.12),
            color=color,
            arrowprops={"arrowstyle": "-", "color": color},
            va="top",
        )
        rows.append(_row(objective, lowest))
    axes.set(xlabel="x", ylabel="risk", title="What is minimized is not what is wanted", xlim=(low, high))
    axes.set_ylim(-1.65, 0.45)
    axes.grid(alpha=0.3)
    axes.legend(loc="upper center")
    return rows


def _marked(axes: Axes, objective: Objective, low: float, high: float) -> list[dict[str, object]]:
    draw_objective(axes, objective, [(low, high)])
    points = find_stationary_points(objective, low, high)
    for point in points:
        axes.plot(point.x, point.value, MARKS[point.kind], color=VERMILLION, markersize=9)
        below = point.kind != "maximum"
        axes.annotate(
            f"{_named(point)}\nx = {point.x:.3f}",
            (point.x, point.value),
            (0, -12 if below else 12),
            textcoords="offset points",
            ha="center",
            va="top" if below else "bottom",
        )
    axes.margins(y=0.25)
    return [_row(objective, point) for point in points]


def _saddle(axes: Axes, objective: Objective) -> dict[str, object]:
    x1, x2 = np.meshgrid(*[np.linspace(-1, 1, SURFACE)] * 2)
    height = evaluate_points(objective, np.stack([x1, x2], axis=-1))
    axes.plot_surface(x1, x2, height, cmap="coolwarm", alpha=0.55, linewidth=0)  # type: ignore[attr-defined]
    axes.plot_wireframe(x1, x2, height, rstride=8, cstride=8, color="0.4", linewidth=0.5)  # type: ignore[attr-defined]
    axes.plot([0], [0], [0], MARKS["saddle"], color="black", markersize=8, zorder=10)
    eigenvalues = np.linalg.eigvalsh(np.asarray(compute_hessian(objective, tf.zeros(2))))
    axes.set(xlabel=Formula("$x_1$"), ylabel=Formula("$x_2$"), zlabel="f")
    up, down = f"{eigenvalues[1]:g}", f"{eigenvalues[0]:g}"
    axes.set_title(Formula(f"{objective.equation}: a saddle at 0,\nsecond derivatives {up} one way, {down} the other"))
    return {"function": objective.text, "x": "(0, 0)", "f": 0.0, "is": "saddle"}


def _named(point: StationaryPoint) -> str:
    if point.kind == "saddle":
        return "saddle"
    return f"{'global' if point.is_global else 'local'} {point.kind}"


def _row(objective: Objective, point: StationaryPoint) -> dict[str, object]:
    return {"function": objective.text, "x": f"{point.x:.6f}", "f": round(point.value, 6), "is": _named(point)}
