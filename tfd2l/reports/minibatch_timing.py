"""Logs the speed of matrix products by how many calls they take."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from tfd2l.config.ranges import PositiveInt, Seed
from tfd2l.errors import ConfigError, did_you_mean
from tfd2l.ops.optimization.matrix_product import ALGORITHMS, compute_gigaflops
from tfd2l.plots.figure import new_figure
from tfd2l.plots.style import BLUE
from tfd2l.reports.base.finished_run import FinishedRun

SIZES = {"element": 64, "column": 256, "full": 1024, "block": 1024}
EXPLAINED = {
    "element": "a call for\neach element",
    "column": "a call for\neach column",
    "full": "one call",
    "block": "a call for each\n64 columns",
}


def minibatch_timing(
    run: FinishedRun, sizes: dict[str, int] | None = None, repetitions: PositiveInt = 3, seed: Seed = 0
) -> dict[str, float]:
    """Logs the speed of a product of two (n, n) matrices by elements, by columns, in full and by blocks of columns.

    GFLOP/s = 2 n^3 operations over the median of some times, after one that does not count; a block has 64 columns.

    Nothing is compiled: what is measured is what calls cost, as in the book. Its printed rates are 59.6 times too
    high, 256^3 having been taken for 1000^3.

    Args:
        run: The finished run; supplied by the experiment.
        sizes: n by way (`element`, `column`, `full`, `block`); those not given are 64, 256, 1024, 1024. Ways with many
            calls get small matrices, to end in seconds.
        repetitions: times measured.
        seed: of the matrices.

    Returns:
        GFLOP/s by way: `gigaflops/element`, ...

    Raises:
        ConfigError: an unknown way.

    References:
        Section 11.5.
    """
    unknown = [way for way in sizes or {} if way not in ALGORITHMS]
    if unknown:
        near = "".join(did_you_mean(way, ALGORITHMS) for way in unknown)
        raise ConfigError(
            f"reports: minibatch_timing knows the ways {', '.join(ALGORITHMS)}.{near} Received: sizes={sizes}"
        )
    sizes = {**SIZES, **(sizes or {})}
    seconds = {}
    for way, product in ALGORITHMS.items():
        b, c = (tf.random.stateless_normal([sizes[way]] * 2, [seed, side]) for side in (0, 1))
        seconds[way] = statistics.median(_times(lambda: product(b, c), repetitions))  # noqa: B023
    rates = {way: compute_gigaflops(sizes[way], seconds[way]) for way in ALGORITHMS}
    figure = new_figure(7.5, 4.5)
    axes = figure.subplots()
    bars = axes.bar([f"{EXPLAINED[way]}\nn = {sizes[way]}" for way in ALGORITHMS], list(rates.values()), color=BLUE)
    axes.bar_label(bars, [f"{rate:.3g}" for rate in rates.values()], padding=2)
    axes.set(yscale="log", ylabel="GFLOP/s", title="Product of two n x n matrices on this machine")
    axes.margins(y=0.15)
    axes.grid(alpha=0.3, axis="y")
    run.artifacts.log_figure(figure, "figures/minibatch_timing.png")
    table: dict[str, list[Any]] = {
        "way": list(ALGORITHMS),
        "n": [sizes[way] for way in ALGORITHMS],
        "milliseconds": [round(1000 * seconds[way], 4) for way in ALGORITHMS],
        "GFLOP/s": [round(rates[way], 4) for way in ALGORITHMS],
    }
    run.artifacts.log_table(table, "tables/minibatch_timing.json")
    return {f"gigaflops/{way}": rate for way, rate in rates.items()}


def _times(compute: Callable[[], tf.Tensor], repetitions: int) -> list[float]:
    compute().numpy()
    times = []
    for _ in range(repetitions):
        started = time.perf_counter()
        compute().numpy()
        times.append(time.perf_counter() - started)
    return times
