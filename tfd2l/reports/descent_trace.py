"""Logs the trajectory of an optimizer over its objective."""

from __future__ import annotations

import keras
import numpy as np

from tfd2l.models.base.protocols import HasTrace, require_model
from tfd2l.plots.figure import new_figure
from tfd2l.plots.landscape import (
    choose_ranges,
    draw_descent,
    draw_objective,
    draw_trace,
    evaluate_points,
    format_point,
    split_coordinates,
)
from tfd2l.plots.style import ORANGE, VERMILLION
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import needs_model, requires


@requires(needs_model(HasTrace))
def descent_trace(run: FinishedRun) -> dict[str, float]:
    """Logs the trajectory of a `point` over its objective, and the objective by step.

    Logs the trace as a table.

    Returns:
        Where it ends: `final/x` (or `final/x1`, `final/x2`) and `final/objective`.

    Raises:
        ComponentError: the model is no `point`.

    References:
        Sections 11.3, 11.4, 11.6 to 11.10.
    """
    model = require_model(run.trained, HasTrace, "report.descent_trace")
    trace, objective = model.trace, model.objective
    steps = len(trace) - 1
    figure = new_figure(11, 4.4)
    over, down = figure.subplots(1, 2, width_ratios=(3, 2))
    ranges = choose_ranges(objective, [trace])
    draw_objective(over, objective, ranges)
    draw_trace(over, objective, trace, color=ORANGE)
    draw_trace(over, objective, trace[:1], color="black", marker="s", linestyle="", label="start")
    seen = all(low <= value <= high for value, (low, high) in zip(trace[-1], ranges, strict=True))
    end = "end" if seen else "end: outside"
    draw_trace(over, objective, trace[-1:], color=VERMILLION, marker="*", markersize=12, linestyle="", label=end)
    over.legend()
    draw_descent(down, objective, {"f": trace}, [{"color": ORANGE}])
    figure.suptitle(f"{_optimizer(run.optimizer, steps)}: {format_point(trace[-1])} after {steps} steps")
    run.artifacts.log_figure(figure, "figures/trace.png")
    values = evaluate_points(objective, trace)
    columns = split_coordinates(trace)
    run.artifacts.log_table(
        {"step": list(range(steps + 1)), **columns, "f": [float(value) for value in values]}, "tables/trace.json"
    )
    final = {f"final/{name}": column[-1] for name, column in columns.items()}
    return {**final, "final/objective": float(values[-1])}


def _optimizer(optimizer: keras.optimizers.Optimizer | None, steps: int) -> str:
    """Its name and its learning rate; of a schedule, the first and the last."""
    assert optimizer is not None, "a run that trains has one"
    rate = optimizer._learning_rate
    if callable(rate):
        first, last = (f"{float(np.asarray(rate(step))):.3g}" for step in (0, steps - 1))
    else:
        first = last = f"{float(np.asarray(rate)):.3g}"
    return f"{optimizer.name}, learning rate {first if first == last else f'{first} to {last}'}"
