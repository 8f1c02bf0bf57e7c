"""Logs the metrics of training to MLflow as it goes."""

from __future__ import annotations

import math
import time
from typing import Any

import keras

from tfd2l.tracking.metric_names import TIME, TRAIN, epoch_metrics, group_metrics, validation_metrics
from tfd2l.tracking.tracked_run import TrackedRun
from tfd2l.training.position import Position

FLUSH_SECONDS = 5.0
SPLIT_TIMES = ("input_seconds", "compute_seconds")


class MetricLogger(keras.callbacks.Callback):
    """Logs `train/...` every `log_every` steps, `epoch/...` after an epoch, `validation/...` after a validation.

    All at the global step. Between two logged steps, `train/loss` is the mean over the steps since that were finite;
    `time/examples_per_second` and `time/input_share` (of the step's time spent waiting for input; not under
    `steps_per_execution`) are over the same steps.

    Args:
        run: where to log.
        position: the loop's own, for the global step.
        log_every: steps between logs.

    What is not logged yet (`window`, `rows`) is public: a checkpoint keeps it.
    """

    def __init__(self, run: TrackedRun, position: Position, log_every: int) -> None:
        super().__init__()
        self.run = run
        self.position = position
        self.log_every = log_every
        self.window: list[dict[str, float]] = []
        self.rows: list[tuple[int, int, dict[str, float]]] = []
        self._flushed = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self.window.append(dict(logs or {}))
        if self.position.step % self.log_every == 0:
            self._note(self._summary())
        if time.perf_counter() - self._flushed > FLUSH_SECONDS:
            self._flush()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if self.window:
            self._note(self._summary())
        self._note(epoch_metrics(logs or {}))
        self._flush()

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        self._note(validation_metrics(logs or {}))

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        self._flush()

    def _summary(self) -> dict[str, float]:
        steps, self.window = self.window, []
        seconds = {
            name: sum(step[name] for step in steps) for name in SPLIT_TIMES if all(name in step for step in steps)
        }
        spent = sum(seconds.values())
        last = {k: v for k, v in steps[-1].items() if k not in (*SPLIT_TIMES, "examples", "loss")}
        losses = [step["loss"] for step in steps if math.isfinite(step["loss"])]  # others were left out
        train = {**({"loss": sum(losses) / len(losses)} if losses else {}), **last}
        speed = {
            "examples_per_second": sum(step["examples"] for step in steps) / spent,
            "step_milliseconds": 1000 * spent / len(steps),
        }
        if SPLIT_TIMES[0] in seconds:  # steps that run in one go fetch their input themselves
            speed["input_share"] = seconds[SPLIT_TIMES[0]] / spent
        if self.position.skipped:
            train["skipped_steps"] = self.position.skipped
        return {**group_metrics(TRAIN, train), **group_metrics(TIME, speed)}

    def _note(self, metrics: dict[str, float]) -> None:
        self.rows.append((self.position.step, int(time.time() * 1000), metrics))

    def _flush(self) -> None:
        self.run.log_metric_rows(self.rows)
        self.rows = []
        self._flushed = time.perf_counter()
