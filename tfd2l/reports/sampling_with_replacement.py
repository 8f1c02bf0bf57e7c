"""Logs the share of examples that sampling with replacement draws."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from tfd2l.config.ranges import PositiveInt, Seed
from tfd2l.ops.optimization.sampling_with_replacement import (
    compute_inclusion_probability,
    compute_single_draw_probability,
    simulate_draws,
)
from tfd2l.plots.figure import new_figure
from tfd2l.plots.style import BLUE, VERMILLION
from tfd2l.plots.text import Formula
from tfd2l.reports.base.finished_run import FinishedRun

# What is counted: its exact share, its formula, its limit, and how far its error bars stand beside the other's.
COUNTED = {
    "chosen at all": (compute_inclusion_probability, r"$1 - (1 - 1/n)^n$", "1 - 1/e", 1 - np.exp(-1), 1.0),
    "exactly once": (compute_single_draw_probability, r"$(1 - 1/n)^{n-1}$", "1/e", np.exp(-1), 1.06),
}


def sampling_with_replacement(
    run: FinishedRun, sizes: list[int] | None = None, trials: PositiveInt = 200, seed: Seed = 0
) -> dict[str, float]:
    """Logs the shares of n examples that n draws with replacement choose at all, and exactly once.

    The one goes to 1 - 1/e = 0.632, the other to 1/e = 0.368, as n grows. A shuffled epoch, which draws without
    replacement, shows all.

    Args:
        run: The finished run; supplied by the experiment.
        sizes: n; None is 1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000.
        trials: draws for each n.
        seed: of the draws.

    Returns:
        `chosen_at_all` and `exactly_once`: both shares, for the largest n.

    References:
        Section 11.4.
    """
    sizes = sizes or [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000]
    drawn = zip(*(simulate_draws(n, trials, seed) for n in sizes), strict=True)
    shares = {label: np.stack(by_size) for label, by_size in zip(COUNTED, drawn, strict=True)}  # (sizes, trials) each
    run.artifacts.log_figure(_figure(sizes, shares), "figures/sampling_with_replacement.png")
    table: dict[str, list[float]] = {"n": list(sizes)}
    for label, (exact, *_) in COUNTED.items():
        table[f"{label}, drawn"] = _rounded(shares[label].mean(axis=1))
        table[f"{label}, exact"] = _rounded(np.asarray(exact(sizes)))
    run.artifacts.log_table(table, "tables/sampling_with_replacement.json")
    return {label.replace(" ", "_"): float(by_size[-1].mean()) for label, by_size in shares.items()}


def _figure(sizes: list[int], shares: dict[str, np.ndarray]) -> Figure:
    figure = new_figure(8.5, 4.8)
    axes = figure.subplots()
    largest = max(sizes)
    fine = np.unique(np.geomspace(1, largest, 200).round())
    for (label, (exact, formula, name, limit, aside)), color in zip(COUNTED.items(), (BLUE, VERMILLION), strict=True):
        axes.plot(fine, exact(fine), color=color, label=Formula(f"{label}: {formula}"))
        mean = shares[label].mean(axis=1)
        low, high = np.quantile(shares[label], [0.05, 0.95], axis=1)
        spread = np.maximum([mean - low, high - mean], 0)
        axes.errorbar(
            aside * np.array(sizes),
            mean,
            spread,
            fmt="o",
            color=color,
            markersize=4,
            capsize=3,
            label=f"{label}: mean of {shares[label].shape[1]} draws, 90% of them",
        )
        axes.axhline(limit, color=color, linestyle=":")
        axes.text(1.4 * largest, limit + 0.01, f"{name} = {limit:.3f}", color=color)
    axes.set(
        xscale="log",
        xlabel="n examples, drawn n times",
        ylabel="share of the examples",
        xlim=(0.8, 8 * largest),
        ylim=(0, 1.03),
        title="Sampling with replacement",
    )
    axes.grid(alpha=0.3)
    axes.legend(loc="upper right", fontsize=8)
    return figure


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 4) for value in values]
