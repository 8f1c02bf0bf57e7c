"""Logs learning curves of the loss and the metrics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.ticker import MaxNLocator

from tfd2l.errors import ComponentError
from tfd2l.plots.figure import new_panels
from tfd2l.plots.style import GREY, series_style
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import BuiltRun, requires

MARKED = 20  # points of a line, at most, that are marked


def _require_range(loss_range: list[float] | None) -> None:
    if loss_range is not None and (len(loss_range) != 2 or loss_range[0] >= loss_range[1]):
        raise ComponentError(f"loss_range is the lowest and the highest loss. Received: loss_range={loss_range}")


def _check(run: BuiltRun, options: Mapping[str, Any]) -> None:
    _require_range(options["loss_range"])


@requires(_check)
def learning_curves(run: FinishedRun, loss_range: list[float] | None = None) -> None:
    """Logs learning curves: loss and metrics on train and validation over the epochs, with the test value.

    Train is the mean over an epoch, drawn at its end. Validations inside epochs are drawn too.

    Args:
        run: The finished run; supplied by the experiment.
        loss_range: lowest and highest loss of the figure; None shows all.

    Raises:
        ComponentError: a range that is not of two numbers, the lower one first.
    """
    _require_range(loss_range)
    if not run.history:
        return
    names = [name for name in run.history[0] if not name.startswith("val_")]
    epochs = range(1, len(run.history) + 1)
    figure, panels = new_panels(len(names), 4.5, 3.4)
    for axes, name in zip(panels, names, strict=True):
        axes.plot(epochs, [logs[name] for logs in run.history], label="train", **series_style(0))
        measured = [
            (row["step"] / run.steps_per_epoch, row[f"val_{name}"]) for row in run.curve if f"val_{name}" in row
        ]
        if measured:
            style = series_style(1, marker=len(measured) <= MARKED)
            axes.plot(*zip(*measured, strict=True), label="validation", **style)
        if name in run.test:
            axes.axhline(run.test[name], color=GREY, linestyle=":", label=f"test {run.test[name]:.3f}")
        axes.set(xlabel="epoch", ylabel=name, xlim=(0, 1.03 * len(run.history)))
        if name == "loss" and loss_range is not None:
            axes.set_ylim(*loss_range)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.3)
        axes.legend()
    run.artifacts.log_figure(figure, "figures/learning_curves.png")
