"""The training loop, in plain sight; Keras callbacks work in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from tfd2l.training.evaluation import Evaluation
from tfd2l.training.interruption import interruption
from tfd2l.training.position import Plan, Position
from tfd2l.training.snapshot import Snapshot
from tfd2l.training.snapshotting import Snapshotting
from tfd2l.training.state import History, capture
from tfd2l.training.step import TrainStep


class Loop:
    """Trains epoch by epoch.

    Callbacks get in `logs` after a step: `loss` of the batch, the metrics of the epoch so far, `learning_rate`,
    `examples`, and the seconds spent waiting for input (`input_seconds`) and computing (`compute_seconds`); after an
    epoch: mean `loss`, the metrics, and the same on the validation split with the prefix `val_`.

    Arguments:
        step: the compiled step.
        evaluation: measures the validation split.
        callbacks: Keras callbacks.
        plan: how far to go.
        position: where it stands; kept up to date.
        snapshotting: saves where it stands, and starts from there; None does neither.
    """

    def __init__(
        self,
        step: TrainStep,
        evaluation: Evaluation,
        callbacks: Sequence[keras.callbacks.Callback],
        plan: Plan,
        position: Position,
        snapshotting: Snapshotting | None = None,
    ) -> None:
        self.step = step
        self.evaluation = evaluation
        self.plan = plan
        self.position = position
        self.snapshotting = snapshotting
        self.callbacks = keras.callbacks.CallbackList(
            list(callbacks), model=step.model, epochs=plan.epochs, steps=plan.steps_per_epoch
        )
        self.history: History = []
        self._asked_to_stop: Callable[[], bool] = lambda: False

    def fit(self, train: Callable[[int], tf.data.Dataset], validation: tf.data.Dataset | None) -> History:
        """Train to the end of the plan, or until a callback says stop. Returns the logs of every epoch.

        Raises:
            Interrupted: a signal came; where training stands is saved.
        """
        self.step.model.stop_training = False
        self.callbacks.on_train_begin()
        if self.snapshotting is None:
            self._epochs(train, validation)
        else:
            self.history = self.snapshotting.restore(self.step, self.position, self.callbacks.callbacks)
            with interruption() as self._asked_to_stop:
                self._epochs(train, validation)
            self.snapshotting.snapshots.wait()
        self.callbacks.on_train_end(self.history[-1] if self.history else {})
        return self.history

    def _epochs(self, train: Callable[[int], tf.data.Dataset], validation: tf.data.Dataset | None) -> None:
        while self.position.epoch < self.plan.epochs and not self._finished():
            epoch = self.position.epoch
            self.callbacks.on_epoch_begin(epoch)
            logs: dict[str, Any] = self._epoch(train(epoch))
            if validation is not None:
                self.callbacks.on_test_begin()
                logs |= {f"val_{name}": value for name, value in self.evaluation(validation).items()}
                self.callbacks.on_test_end(logs)
            self.position.epoch, self.position.index = epoch + 1, 0
            self.history.append(logs)
            self.callbacks.on_epoch_end(epoch, logs)
            if self.snapshotting is not None:
                self.snapshotting.after_epoch(logs, self._state)
                self._stop_if_asked(self.snapshotting)

    def _epoch(self, batches: tf.data.Dataset) -> dict[str, float]:
        if self.position.index == 0:
            self.step.reset()
        iterator = iter(batches.skip(self.position.index))
        while self.position.index < self.plan.steps_per_epoch and not self._finished():
            self.callbacks.on_train_batch_begin(self.position.index)
            started = time.perf_counter()
            batch = next(iterator)
            received = time.perf_counter()
            logs = {name: float(value) for name, value in self.step(batch).items()}
            logs["input_seconds"] = received - started
            logs["compute_seconds"] = time.perf_counter() - received
            self.position.index += 1
            self.position.step += 1
            self.callbacks.on_train_batch_end(self.position.index - 1, logs)
            if self.snapshotting is not None and self.position.index < self.plan.steps_per_epoch:
                self.snapshotting.after_step(self.position.step, self._state)
                self._stop_if_asked(self.snapshotting)
        return {metric.name: float(metric.result()) for metric in (self.step.mean_loss, *self.step.metrics)}

    def _state(self, made_by: Mapping[str, str]) -> Snapshot:
        return capture(self.step, self.position, self.callbacks.callbacks, self.history, made_by)

    def _stop_if_asked(self, snapshotting: Snapshotting) -> None:
        if self._asked_to_stop():
            snapshotting.stop(self.position.step, self._state)

    def _finished(self) -> bool:
        return self.position.step >= self.plan.total_steps or self.step.model.stop_training
