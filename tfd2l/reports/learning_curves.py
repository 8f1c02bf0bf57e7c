"""Loss and metrics over the epochs."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from tfd2l.reports.finished_run import FinishedRun


def learning_curves(run: FinishedRun) -> None:
    """Draw loss and every metric of train and validation over the epochs, with the test value as a line."""
    if not run.history:
        return
    names = [name for name in run.history[0] if not name.startswith("val_")]
    epochs = range(1, len(run.history) + 1)
    figure = Figure(figsize=(4.5 * len(names), 3.4))
    for axes, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
        axes.plot(epochs, [logs[name] for logs in run.history], marker="o", label="train")
        if f"val_{name}" in run.history[0]:
            axes.plot(epochs, [logs[f"val_{name}"] for logs in run.history], marker="s", label="validation")
        if name in run.test:
            axes.axhline(run.test[name], color="grey", linestyle="--", label=f"test {run.test[name]:.3f}")
        axes.set(xlabel="epoch", ylabel=name)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.3)
        axes.legend()
    figure.tight_layout()
    run.artifacts.log_figure(figure, "figures/learning_curves.png")
