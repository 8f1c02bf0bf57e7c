"""Summarizes the steps of a pipeline: a table, the losses of comparable steps, a learning curve."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure
from mlflow.entities import Run

from tfd2l.pipelines.pipeline.steps import Step
from tfd2l.pipelines.sweep.comparison import draw_comparison, format_table, tabulate_runs
from tfd2l.pipelines.sweep.labels import format_label
from tfd2l.plots.figure import new_panels
from tfd2l.plots.legend import add_legend
from tfd2l.plots.style import series_style
from tfd2l.tracking.links import run_page
from tfd2l.tracking.metric_names import EPOCH, REPORT, TEST, VALIDATION, in_group, metric_name
from tfd2l.tracking.tracked_run import TrackedRun

TRACE_END = "final"  # where the report `descent_trace` ends; a group of its own in stores before 0.2
MEASURED = (TEST, VALIDATION, metric_name(REPORT, TRACE_END), TRACE_END, EPOCH)
"""Groups of metrics, of which a curve draws the first that its runs have."""
REPEATS = "seed"  # values that are drawn as one curve, with their range
FAR = 10.0  # largest over smallest value: beyond that, the axis is logarithmic
PANEL = (4.6, 3.6)  # inches

Curve = Mapping[float, Sequence[float]]


def tabulate_steps(steps: Sequence[Step], runs: Mapping[str, Run], elsewhere: Collection[str]) -> dict[str, list[Any]]:
    """Returns column -> a value for each run: step, run, status, repeated keys, last losses and metrics.

    Args:
        steps: of the pipeline.
        runs: label of a step -> its run; those that have not run have none, and no row.
        elsewhere: labels of those that another pipeline, or a run by itself, has made.
    """
    there = [step for step in steps if step.label in runs]
    table = tabulate_runs([runs[step.label] for step in there], [])
    again = [" (used again)" if step.label in elsewhere else "" for step in there]
    swept = dict.fromkeys(key for step in steps for key in step.values)
    return {
        "step": [step.name for step in there],
        "run": table["run"],
        "status": [status + told for status, told in zip(table["status"], again, strict=True)],
        **{key: [step.values.get(key) for step in there] for key in swept},
        **{key: column for key, column in table.items() if "/" in key},
    }


def draw_learning_curve(steps: Sequence[Step], runs: Mapping[str, Run]) -> Figure | None:
    """Draws every metric of the repeated steps against the number that they are repeated over, a line for each step.

    Runs that differ in their seed alone are one line through their means, with their range. Returns None if no
    step is repeated over numbers.
    """
    numbers = [key for step in steps for key, value in step.values.items() if key != REPEATS and _is_number(value)]
    repeated = [step for step in steps if step.label in runs and numbers[:1] and numbers[0] in step.values]
    metrics = _measured([runs[step.label] for step in repeated])
    if not metrics:
        return None
    key = numbers[0]
    values = sorted({float(step.values[key]) for step in repeated})
    figure, panels = new_panels(len(metrics), *PANEL)
    for axes, metric in zip(panels, metrics, strict=True):
        curves = _curves(repeated, runs, key, metric)
        handles = []
        for number, curve in enumerate(curves.values()):
            style = series_style(number)
            at = sorted(curve)
            handles += axes.plot(at, [sum(curve[value]) / len(curve[value]) for value in at], **style)
            if any(len(repeats) > 1 for repeats in curve.values()):
                axes.fill_between(
                    at, [min(curve[v]) for v in at], [max(curve[v]) for v in at], color=style["color"], alpha=0.2
                )
        if values[0] > 0 and values[-1] > FAR * values[0]:
            axes.set_xscale("log")
        axes.set_xticks(values, [f"{value:g}" for value in values])
        axes.minorticks_off()
        axes.set(xlabel=key, ylabel=metric.replace("/", " "))
        axes.grid(alpha=0.3)
        add_legend(axes, handles, list(curves), fontsize="small")
    return figure


def draw_losses(parent: TrackedRun, steps: Sequence[Step], runs: Mapping[str, Run]) -> Figure | None:
    """Draws the losses over the epochs of the largest group of steps with the same loss and data.

    Returns None if no two steps are alike.
    """
    alike: dict[tuple[str | None, str | None], list[Step]] = defaultdict(list)
    for step in steps:
        if step.label in runs:
            data = runs[step.label].data
            alike[data.params.get("loss.name"), data.tags.get("data.fingerprint")].append(step)
    compared = max(alike.values(), key=len, default=[])
    if len(compared) < 2:
        return None
    return draw_comparison(parent.client, [runs[step.label] for step in compared], [step.label for step in compared])


def format_summary(table: Mapping[str, Sequence[Any]], runs: Mapping[str, Run]) -> str:
    """Returns the table in Markdown, each run a link."""
    links = {run.info.run_id: _link(run.info.experiment_id, run.info.run_id) for run in runs.values()}
    return format_table({**table, "run": [links[run] for run in table["run"]]})


def _link(experiment: str, run: str) -> str:
    return f"[{run[:8]}]({run_page(experiment, run)})"


def _measured(runs: Sequence[Run]) -> list[str]:
    """The metrics of a curve: of the test split if any run has such, else of the next sort."""
    names = {name for run in runs for name in run.data.metrics}
    sorts = [sorted(name for name in names if in_group(name, group)) for group in MEASURED]
    return next(filter(None, sorts), [])


def _curves(steps: Sequence[Step], runs: Mapping[str, Run], key: str, metric: str) -> dict[str, Curve]:
    """A line's name -> value on the axis -> the metric of each run there."""
    curves: dict[str, dict[float, list[float]]] = defaultdict(lambda: defaultdict(list))
    for step in steps:
        measured = runs[step.label].data.metrics.get(metric)
        if measured is not None:
            others = {other: value for other, value in step.values.items() if other not in (key, REPEATS)}
            name = ", ".join(filter(None, [step.name, format_label(others)]))
            curves[name][float(step.values[key])].append(measured)
    return dict(curves)


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
