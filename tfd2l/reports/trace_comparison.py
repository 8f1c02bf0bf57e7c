"""Logs trajectories of several optimizers over one objective."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from tfd2l.config.ranges import NonNegativeFloat, PositiveInt, Seed
from tfd2l.errors import ConfigError, did_you_mean
from tfd2l.models.point import Point
from tfd2l.plots.figure import MOST_COLUMNS, new_figure
from tfd2l.plots.landscape import (
    FEW,
    choose_ranges,
    draw_descent,
    draw_objective,
    draw_trace,
    evaluate_points,
    format_point,
    split_coordinates,
)
from tfd2l.plots.legend import add_legend
from tfd2l.plots.style import series_style
from tfd2l.plots.text import shorten
from tfd2l.reports.base.finished_run import FinishedRun

LETTERS = 24  # of a trace's name
TRACE_KEYS = ("optimizer", "schedule", "num_steps")


def trace_comparison(
    run: FinishedRun,
    traces: dict[str, dict[str, Any]],
    objective: str = "quadratic",
    coefficients: dict[str, float] | None = None,
    start: Sequence[float] = (-5.0, -2.0),
    num_steps: PositiveInt = 20,
    deviation: NonNegativeFloat = 0.0,
    seed: Seed = 0,
) -> dict[str, float]:
    """Logs trajectories of several optimizers over one objective, from the same point.

    The optimizers and schedules are those of runs that train, and the model is `point`. A table holds where all end.

    Args:
        run: The finished run; supplied by the experiment.
        traces: label -> `{optimizer: {name: ...}}`, if wanted with `schedule: {name: ...}` and its own `num_steps`.
        objective: the function, a name of `tfd2l.ops.optimization.objectives`.
        coefficients: those that differ from the function's defaults.
        start: where all start.
        num_steps: steps of each.
        deviation: standard deviation of the noise on the partial derivatives of each step, the same for all; 0: none.
        seed: of the noise.

    Returns:
        Where all end: `LABEL/x1`, ..., `LABEL/objective`.

    Raises:
        ConfigError: a trace without optimizer, or with an unknown key; no such function or coefficient, or a start of
            other dimensions.

    References:
        Sections 11.4, 11.6 to 11.10.
    """
    lengths = {label: _checked(label, trace).get("num_steps", num_steps) for label, trace in traces.items()}
    noise = deviation * np.random.default_rng(seed).standard_normal((max(lengths.values()), len(start)))
    ways: dict[str, np.ndarray] = {}
    for label, trace in traces.items():
        point = Point(start, lengths[label], objective, coefficients)
        ways[label] = point.descend(_optimizer(run, trace, point), noise[: lengths[label]])
    _draw(run, point, ways)
    rows = [
        {
            "trace": label,
            "steps": lengths[label],
            **{name: column[-1] for name, column in split_coordinates(way).items()},
            "objective": float(evaluate_points(point.objective, way)[-1]),
        }
        for label, way in ways.items()
    ]
    run.artifacts.log_table({key: [row[key] for row in rows] for key in rows[0]}, "tables/traces.json")
    return {f"{row['trace']}/{key}": value for row in rows for key, value in row.items() if isinstance(value, float)}


def _checked(label: str, trace: dict[str, Any]) -> dict[str, Any]:
    unknown = [key for key in trace if key not in TRACE_KEYS]
    if unknown or "optimizer" not in trace:
        near = "".join(did_you_mean(key, TRACE_KEYS) for key in unknown)
        raise ConfigError(
            f"reports: a trace of trace_comparison is {{optimizer: {{name: ...}}, schedule: {{name: ...}}, num_steps: "
            f"...}}, the last two only if wanted.{near} Received: {label}: {trace}"
        )
    return trace


def _optimizer(run: FinishedRun, trace: dict[str, Any], point: Point) -> keras.optimizers.Optimizer:
    supplied: dict[str, Any] = {"steps_per_epoch": point.total_steps, "total_steps": point.total_steps}
    rate = {"learning_rate": run.build("schedule", trace["schedule"], **supplied)} if trace.get("schedule") else {}
    return run.build("optimizer", trace["optimizer"], model=point, **supplied, **rate)


def _draw(run: FinishedRun, point: Point, ways: dict[str, np.ndarray]) -> None:
    styles = [series_style(number, marker=False) for number in range(len(ways))]
    wide = {"linewidth": 4, "alpha": 0.5, "zorder": 1.5}  # every other one, so that of two equal ways both are seen
    figure = new_figure(13, 5.2)
    over, down = figure.subplots(1, 2, width_ratios=(3, 2))
    draw_objective(over, point.objective, choose_ranges(point.objective, list(ways.values())))
    handles, labels = [], []
    for number, ((label, way), style) in enumerate(zip(ways.items(), styles, strict=True)):
        emphasis = wide if number % 2 == 0 and len(way) <= FEW else {}
        handles.append(draw_trace(over, point.objective, way, **style, **emphasis))
        labels.append(f"{shorten(label, LETTERS)}: {format_point(way[-1])}")
    start = next(iter(ways.values()))[:1]
    handles.append(draw_trace(over, point.objective, start, color="black", marker="s", markersize=7, linestyle=""))
    draw_descent(down, point.objective, ways, styles)
    add_legend(figure, handles, [*labels, "start"], loc="outside lower center", ncols=MOST_COLUMNS, fontsize=8)
    run.artifacts.log_figure(figure, "figures/traces.png")
