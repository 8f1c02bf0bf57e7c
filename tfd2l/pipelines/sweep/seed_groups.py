"""Mean and standard deviation of runs that differ in their seed alone: a table and a figure."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from mlflow import MlflowClient
from mlflow.entities import Run

from tfd2l.pipelines.sweep.comparison import CURVES, MARKED, WIDE, curve_of, format_table, is_result, swept_values
from tfd2l.pipelines.sweep.labels import format_label
from tfd2l.plots.figure import new_figure
from tfd2l.plots.legend import add_legend
from tfd2l.plots.style import series_style
from tfd2l.plots.text import LONGEST_LABEL, shorten

SEED = "seed"  # `seed`, `dataset.seed`, ...
MEAN, DEVIATION = " (mean)", " (standard deviation)"  # of the heads of columns


@dataclass(frozen=True)
class SeedGroup:
    """Finished runs that differ in their seed alone.

    Args:
        values: key -> value of what else is swept over; may be empty.
        runs: one or more.
    """

    values: Mapping[str, str]
    runs: Sequence[Run]

    @property
    def label(self) -> str:
        """`adam`."""
        return format_label(self.values) or "mean"

    def measured(self, metric: str) -> list[float]:
        """Returns the last values of a metric, of the runs that have it."""
        return [run.data.metrics[metric] for run in self.runs if metric in run.data.metrics]


def group_by_seed(runs: Sequence[Run], swept: Sequence[str]) -> list[SeedGroup]:
    """Returns the groups of the finished runs of a sweep; none if no seed is swept over.

    Args:
        runs: of the sweep.
        swept: keys that the sweep names.
    """
    others = [key for key in swept if not is_seed(key)]
    if len(others) == len(swept):
        return []
    groups: dict[tuple[tuple[str, str], ...], list[Run]] = defaultdict(list)
    for run in runs:
        if run.info.status == "FINISHED":
            groups[tuple((key, str(value)) for key, value in swept_values(run, others).items())].append(run)
    return [SeedGroup(dict(values), members) for values, members in groups.items()]


def is_seed(key: str) -> bool:
    """Returns whether a key of the configuration is a seed."""
    return key.rpartition(".")[2] == SEED


def group_table(groups: Sequence[SeedGroup]) -> dict[str, list[Any]]:
    """Returns column -> a value for each group: swept keys, n, mean and standard deviation of every result.

    The deviation is that of a sample (n - 1), and None of a single run.
    """
    table = _heads(groups)
    for metric in _metrics(groups):
        values = [group.measured(metric) for group in groups]
        table[metric + MEAN] = [statistics.fmean(found) if found else None for found in values]
        table[metric + DEVIATION] = [_deviation(found) for found in values]
    return table


def group_page(groups: Sequence[SeedGroup]) -> str:
    """Returns mean and standard deviation of every result in Markdown: `0.9213 ± 0.0041`."""
    table = _heads(groups)
    for metric in _metrics(groups):
        table[metric] = [_mean_and_deviation(group.measured(metric)) for group in groups]
    return f"Mean ± standard deviation over seeds, of the n runs that are finished:\n\n{format_table(table)}"


def group_figure(client: MlflowClient, groups: Sequence[SeedGroup]) -> Figure | None:
    """Draws the mean loss of each group over the epochs with a band of one standard deviation; None if there is none.

    Points of few validations have error bars in place of the band. Losses that are not finite are left out.

    Args:
        client: of the store that has the runs.
        groups: in the order of the legend.
    """
    measured = {key for group in groups for run in group.runs for key in run.data.metrics}
    metric = next((name for name in CURVES if name in measured), None)
    if metric is None:
        return None
    figure = new_figure(8.5, 4.6)
    axes = figure.subplots()
    handles, legend, drawn = [], [], []
    numbers = {len(group.runs) for group in groups}
    for number, group in enumerate(groups):
        at: dict[float, list[float]] = defaultdict(list)
        for run in group.runs:
            for epoch, loss in zip(*curve_of(client, run, metric), strict=True):
                if math.isfinite(loss):
                    at[epoch].append(loss)
        epochs = sorted(at)
        means = [statistics.fmean(at[epoch]) for epoch in epochs]
        spread = [_deviation(at[epoch]) or 0.0 for epoch in epochs]
        style = series_style(number, marker=len(epochs) <= MARKED)
        line = axes.plot(epochs, means, **style, markersize=4)
        if len(epochs) <= MARKED:
            axes.errorbar(epochs, means, spread, fmt="none", ecolor=line[0].get_color(), capsize=3, alpha=0.6)
        else:
            low, high = ([mean + sign * s for mean, s in zip(means, spread, strict=True)] for sign in (-1, 1))
            axes.fill_between(epochs, low, high, color=line[0].get_color(), alpha=0.2, linewidth=0)
        handles += line
        drawn += means
        last = f": {means[-1]:.3g}" + (f" ± {spread[-1]:.2g}" if len(at[epochs[-1]]) > 1 else "") if means else ""
        ending = last if len(numbers) == 1 else f" (n = {len(group.runs)}){last}"
        legend.append(shorten(group.label, LONGEST_LABEL - len(ending)) + ending)
    if drawn and min(drawn) > 0 and max(drawn) > WIDE * min(drawn):
        axes.set_yscale("log")
    axes.set(xlabel="epoch", ylabel=f"{metric.replace('/', ' ')}, mean and standard deviation over seeds")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3, which="both")
    title = f"last {metric.split('/')[1]}" + (f" (n = {numbers.pop()})" if len(numbers) == 1 else "")
    add_legend(axes, handles, legend, loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize="small", title=title)
    return figure


def _heads(groups: Sequence[SeedGroup]) -> dict[str, list[Any]]:
    keys = dict.fromkeys(key for group in groups for key in group.values)
    return {**{k: [group.values.get(k) for group in groups] for k in keys}, "n": [len(group.runs) for group in groups]}


def _metrics(groups: Sequence[SeedGroup]) -> list[str]:
    return sorted({key for group in groups for run in group.runs for key in run.data.metrics if is_result(key)})


def _mean_and_deviation(values: Sequence[float]) -> str:
    if not values:
        return ""
    deviation = _deviation(values)
    return f"{statistics.fmean(values):.4f}" + (f" ± {deviation:.4f}" if deviation is not None else "")


def _deviation(values: Sequence[float]) -> float | None:
    """Returns the standard deviation of a sample (n - 1)."""
    return math.sqrt(statistics.variance(values)) if len(values) > 1 else None
