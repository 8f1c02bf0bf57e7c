"""A progress bar for each epoch."""

from __future__ import annotations

import math
import os
import sys
import time
from typing import Any

import keras
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

HIDDEN = {"examples", "learning_rate", "input_seconds", "compute_seconds"}
REFRESH_SECONDS = 0.1


class LogConsole(Console):
    """A console on standard error whose reader may go away (`... 2>&1 | head`) without an end to the run."""

    def on_broken_pipe(self) -> None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


class ProgressBar(keras.callbacks.Callback):
    """Shows a progress bar for each epoch, with loss, metrics, examples per second and time left.

    When the epoch is over, one line of it stays. Where the output is not a terminal, only these lines are written.
    """

    def __init__(self) -> None:
        super().__init__()
        self.console = LogConsole(stderr=True)
        self._progress: Progress | None = None
        self._examples = 0.0
        self._losses = 0.0
        self._started = self._refreshed = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._examples = self._losses = 0.0
        self._started = time.perf_counter()
        if not self.console.is_terminal:
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[now]}"),
        )
        self._progress = Progress(*columns, TimeRemainingColumn(), console=self.console, transient=True)
        self._progress.start()
        self._progress.add_task(self._title(epoch), total=self.params["steps"], now="")

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        logs = logs or {}
        if math.isfinite(logs["loss"]):  # the update of other steps was left out
            self._examples += logs["examples"]
            self._losses += logs["loss"] * logs["examples"]
        if self._progress is None or time.perf_counter() - self._refreshed < REFRESH_SECONDS:
            return
        self._refreshed = time.perf_counter()
        values = {**logs, "loss": self._losses / max(self._examples, 1)}
        now = f"{_format_values(values)}  {self._examples_per_second():.0f} examples/s"
        self._progress.update(self._progress.task_ids[0], completed=batch + 1, now=now)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        seconds = time.perf_counter() - self._started
        self._close()
        self.console.print(
            f"{self._title(epoch)}  {_format_values(logs or {})}  {seconds:.1f} s", highlight=False, soft_wrap=True
        )

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        if self._progress is not None:
            self._progress.update(self._progress.task_ids[0], now="validating")

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        self._close()

    def _close(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def _examples_per_second(self) -> float:
        return self._examples / max(time.perf_counter() - self._started, 1e-9)

    def _title(self, epoch: int) -> str:
        return f"epoch {epoch + 1}/{self.params['epochs']}"


def _format_values(logs: dict[str, Any]) -> str:
    return "  ".join(f"{name} {value:.4f}" for name, value in logs.items() if name not in HIDDEN)
