"""Compares the runs of a sweep: a table of results, and a figure of their losses over the epochs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from mlflow import MlflowClient
from mlflow.entities import Run

from tfd2l.pipelines.sweep.labels import format_label
from tfd2l.plots.figure import new_figure
from tfd2l.plots.legend import add_legend
from tfd2l.plots.style import series_style
from tfd2l.plots.text import shorten
from tfd2l.tracking.metric_names import EPOCH, ON_THE_WAY, TRAIN, VALIDATION, in_group, metric_name
from tfd2l.tracking.tracked_run import OVERRIDES_TAG, STEPS_TAG

CURVES = tuple(metric_name(group, "loss") for group in (VALIDATION, TRAIN))  # the first that any run has is drawn
WIDE = 20  # times the lowest loss: beyond that, the axis is logarithmic
MARKED = 20  # points of a curve, at most, that are marked
RESUME = "resume."  # parameters that say how a run came to be, not what it is
LETTERS = 30  # of a run's label

Curve = tuple[list[float], list[float]]


def tabulate_runs(runs: Sequence[Run], swept: Sequence[str]) -> dict[str, list[Any]]:
    """Returns column -> a value for each run: id, status, swept keys, parameters that differ, last losses and metrics.

    Of parameters, those that every run has.

    Args:
        runs: those of the sweep.
        swept: keys that the sweep names: `optimizer`, `optimizer.learning_rate`.
    """
    having = [set(run.data.params) for run in runs if run.data.params]  # a run may fail before it says what it is
    common = sorted(set.intersection(*having)) if having else []
    others = [key for key in common if key.removesuffix(".name") not in swept and not key.startswith(RESUME)]
    differing = [key for key in others if len({run.data.params.get(key) for run in runs if run.data.params}) > 1]
    measured = sorted({key for run in runs for key in run.data.metrics if is_result(key)})
    trained = {key for run in runs for key in run.data.metrics if in_group(key, EPOCH)}
    return {
        "run": [run.info.run_id for run in runs],
        "status": [run.info.status for run in runs],
        **{key: [swept_values(run, swept).get(key) for run in runs] for key in swept},
        **{key: [run.data.params.get(key) for run in runs] for key in differing},
        **{key: [run.data.metrics.get(key) for run in runs] for key in measured or sorted(trained)},
    }


def is_result(metric: str) -> bool:
    """Returns whether a metric is a result of a run, not one of its progress."""
    return "/" in metric and not in_group(metric, *ON_THE_WAY)


def labels_of(runs: Sequence[Run], swept: Sequence[str]) -> list[str]:
    """Returns a label for each run: its values of the swept keys."""
    return [format_label(swept_values(run, swept)) or run.info.run_name for run in runs]


def swept_values(run: Run, swept: Sequence[str]) -> dict[str, str]:
    """Returns swept key -> value, as typed for a run, else as its parameters have it."""
    typed, params = _typed(run), run.data.params
    found = {key: typed.get(key, params.get(key, params.get(f"{key}.name"))) for key in swept}
    return {key: value for key, value in found.items() if value is not None}


def draw_comparison(client: MlflowClient, runs: Sequence[Run], labels: Sequence[str]) -> Figure | None:
    """Draws the validation loss of every run (else the training loss) over the epochs; None if there is none.

    Runs that failed are drawn as far as they came. Where losses are not finite, nothing is drawn.

    Args:
        client: of the store that has the runs.
        runs: in the order of the legend.
        labels: of the runs.
    """
    metric = next((name for name in CURVES if any(name in run.data.metrics for run in runs)), None)
    if metric is None:
        return None
    curves = [curve_of(client, run, metric) for run in runs]
    figure = new_figure(8.5, 4.6)
    axes = figure.subplots()
    handles, legend = [], []
    for number, (name, run, (epochs, losses)) in enumerate(zip(labels, runs, curves, strict=True)):
        last = f" {losses[-1]:.4g}" if losses else ""
        failed = " (failed)" if run.info.status == "FAILED" else ""
        handles += axes.plot(
            epochs,
            [loss if math.isfinite(loss) else math.nan for loss in losses],
            **series_style(number, marker=len(losses) <= MARKED),
            markersize=4,
        )
        legend.append(f"{shorten(name, LETTERS)}:{last}{failed}")
    finite = [loss for _, losses in curves for loss in losses if math.isfinite(loss)]
    if finite and min(finite) > 0 and max(finite) > WIDE * min(finite):
        axes.set_yscale("log")
    axes.set(xlabel="epoch", ylabel=metric.replace("/", " "))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3, which="both")
    title = f"last {metric.split('/')[1]}"
    add_legend(axes, handles, legend, loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize="small", title=title)
    return figure


def curve_of(client: MlflowClient, run: Run, metric: str) -> Curve:
    """Returns epochs and values of a metric; empty if the run has not logged it."""
    if metric not in run.data.metrics:
        return [], []
    steps_per_epoch = int(run.data.tags[STEPS_TAG])
    history = sorted(client.get_metric_history(run.info.run_id, metric), key=lambda point: point.step)
    return [point.step / steps_per_epoch for point in history], [point.value for point in history]


def _typed(run: Run) -> dict[str, str]:
    """Returns key -> value of the overrides of a run."""
    overrides = [line.lstrip("+").partition("=") for line in run.data.tags.get(OVERRIDES_TAG, "").splitlines()]
    return {key: value for key, _, value in overrides}


def format_table(table: Mapping[str, Sequence[Any]]) -> str:
    """Returns the table in Markdown."""
    heads = list(table)
    rows = ["| " + " | ".join(map(_cell, row)) + " |" for row in zip(*table.values(), strict=True)]
    return "\n".join(["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads), *rows])


def _cell(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else "" if value is None else str(value)
