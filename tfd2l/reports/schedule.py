"""Logs the learning rate over the steps of a run."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from tfd2l.plots.figure import new_figure
from tfd2l.reports.base.finished_run import FinishedRun

MOST_POINTS = 2000  # no figure shows more
MOST_LINES = 30  # epochs whose beginnings are marked


def schedule(run: FinishedRun) -> None:
    """Logs the learning rate over the steps of the run; of a run that trains nothing, nothing."""
    if run.optimizer is None or run.total_steps == 0:
        return
    optimizer = getattr(run.optimizer, "inner_optimizer", run.optimizer)
    chosen = optimizer._learning_rate  # its public property is the rate of one step alone
    steps = np.unique(np.linspace(0, run.total_steps - 1, MOST_POINTS).round().astype(np.int64))
    figure = new_figure(6.5, 3.6)
    axes = figure.subplots()
    # Each rate holds until the next one, the last until the run is over.
    axes.stairs(_rates(chosen, steps), [*steps, run.total_steps], baseline=None, linewidth=1.8)
    axes.set(xlabel="step", ylabel="learning rate", xlim=(0, run.total_steps))
    axes.set_ylim(bottom=0)
    axes.set_title(" · ".join([type(optimizer).__name__, *([type(chosen).__name__] if callable(chosen) else [])]))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3, axis="y")
    _mark_epochs(axes, run.steps_per_epoch, run.total_steps)
    taken = len(run.history) * run.steps_per_epoch
    if 0 < taken < run.total_steps:
        axes.axvspan(taken, run.total_steps, color="grey", alpha=0.2, label=f"not trained: stopped at step {taken}")
        axes.legend()
    run.artifacts.log_figure(figure, "figures/schedule.png")


def _rates(chosen: Any, steps: np.ndarray) -> np.ndarray:
    """The rate of every step; a schedule is evaluated in the graph, step by step, as in training."""
    if not isinstance(chosen, keras.optimizers.schedules.LearningRateSchedule):
        return np.full(len(steps), float(chosen))
    rates = tf.data.Dataset.from_tensor_slices(steps).map(lambda step: tf.cast(chosen(step), tf.float32))
    return np.array(list(rates.as_numpy_iterator()))


def _mark_epochs(axes: Axes, steps_per_epoch: int, total_steps: int) -> None:
    def epochs_of(steps: Any) -> Any:
        return steps / steps_per_epoch

    def steps_of(epochs: Any) -> Any:
        return epochs * steps_per_epoch

    above = axes.secondary_xaxis("top", functions=(epochs_of, steps_of))
    above.set_xlabel("epoch")
    epochs = total_steps / steps_per_epoch
    if epochs >= 1:
        above.xaxis.set_major_locator(MaxNLocator(integer=True))
    if epochs <= MOST_LINES:
        for epoch in range(1, int(np.ceil(epochs))):
            axes.axvline(epoch * steps_per_epoch, color="grey", linewidth=0.5, alpha=0.5, linestyle=":")
