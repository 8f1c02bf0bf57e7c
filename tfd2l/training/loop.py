"""The training loop, in plain sight; Keras callbacks work in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import keras
import tensorflow as tf

from tfd2l.training.evaluation import Evaluation
from tfd2l.training.step import TrainStep


@dataclass
class Position:
    """How far training has come; callbacks may hold on to it."""

    epoch: int = 0
    step: int = 0  # steps taken since the start of the run


@dataclass(frozen=True)
class Plan:
    """How far training goes."""

    epochs: int
    steps_per_epoch: int
    max_steps: int | None = None

    @property
    def total_steps(self) -> int:
        """Steps of the whole run."""
        steps = self.epochs * self.steps_per_epoch
        return steps if self.max_steps is None else min(steps, self.max_steps)


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
        position: where to start; kept up to date.
    """

    def __init__(
        self,
        step: TrainStep,
        evaluation: Evaluation,
        callbacks: Sequence[keras.callbacks.Callback],
        plan: Plan,
        position: Position,
    ) -> None:
        self.step = step
        self.evaluation = evaluation
        self.plan = plan
        self.position = position
        self.callbacks = keras.callbacks.CallbackList(
            list(callbacks), model=step.model, epochs=plan.epochs, steps=plan.steps_per_epoch
        )

    def fit(
        self, train: Callable[[int], tf.data.Dataset], validation: tf.data.Dataset | None
    ) -> list[dict[str, float]]:
        """Train to the end of the plan, or until a callback says stop. Returns the logs of every epoch."""
        history = []
        self.step.model.stop_training = False
        self.callbacks.on_train_begin()
        for epoch in range(self.position.epoch, self.plan.epochs):
            self.callbacks.on_epoch_begin(epoch)
            logs = self._epoch(train(epoch))
            if validation is not None:
                self.callbacks.on_test_begin()
                logs |= {f"val_{name}": value for name, value in self.evaluation(validation).items()}
                self.callbacks.on_test_end(logs)
            self.position.epoch = epoch + 1
            history.append(logs)
            self.callbacks.on_epoch_end(epoch, logs)
            if self._finished():
                break
        self.callbacks.on_train_end(history[-1] if history else {})
        return history

    def _epoch(self, batches: tf.data.Dataset) -> dict[str, float]:
        self.step.reset()
        iterator = iter(batches)
        for index in range(self.plan.steps_per_epoch):
            self.callbacks.on_train_batch_begin(index)
            started = time.perf_counter()
            batch = next(iterator)
            received = time.perf_counter()
            logs = {name: float(value) for name, value in self.step(batch).items()}
            logs["input_seconds"] = received - started
            logs["compute_seconds"] = time.perf_counter() - received
            self.position.step += 1
            self.callbacks.on_train_batch_end(index, logs)
            if self._finished():
                break
        return {metric.name: float(metric.result()) for metric in (self.step.mean_loss, *self.step.metrics)}

    def _finished(self) -> bool:
        return self.position.step >= self.plan.total_steps or self.step.model.stop_training
