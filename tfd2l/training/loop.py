"""The training loop; Keras callbacks work in it."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from tfd2l.strategies.base.structure import Structure
from tfd2l.training.asynchronous_steps import run_asynchronous_steps
from tfd2l.training.averaging import assign_average, averaged_weights
from tfd2l.training.checkpoint.file import Checkpoint
from tfd2l.training.checkpoint.policy import Checkpointing
from tfd2l.training.checkpoint.state import History, capture
from tfd2l.training.evaluation import Evaluation
from tfd2l.training.interruption import interruption
from tfd2l.training.non_finite import non_finite_weight
from tfd2l.training.position import Plan, Position
from tfd2l.training.recorder import StepRecorder
from tfd2l.training.several_steps import run_several_steps
from tfd2l.training.step import TrainStep

log = logging.getLogger("tfd2l")


class Loop:
    """Trains epoch by epoch.

    Callbacks get in `logs` after a step: `loss` of the batch, the metrics of the epoch so far, `learning_rate`,
    `examples`, and the seconds spent waiting for input (`input_seconds`) and computing (`compute_seconds`); after an
    epoch: mean `loss`, the metrics, and the same on the validation split with the prefix `val_`. `on_test_end` gets the
    latter alone, also after validations inside an epoch. After a step that was left out since it is not finite, `loss`
    is what it was, and the metrics are those of the steps before it.

    Args:
        step: the compiled step.
        evaluation: measures the validation split.
        callbacks: Keras callbacks.
        plan: how far to go.
        position: where training stands; kept up to date.
        checkpointing: saves where training stands, and resumes from there; None does neither.
    """

    def __init__(
        self,
        step: TrainStep,
        evaluation: Evaluation,
        callbacks: Sequence[keras.callbacks.Callback],
        plan: Plan,
        position: Position,
        checkpointing: Checkpointing | None = None,
    ) -> None:
        self.step = step
        self.evaluation = evaluation
        self.plan = plan
        self.position = position
        self.checkpointing = checkpointing
        self.callbacks = keras.callbacks.CallbackList(
            list(callbacks), model=step.model, epochs=plan.epochs, steps=plan.steps_per_epoch
        )
        self.recorder = StepRecorder(
            step, position, self.callbacks, (lambda: "") if checkpointing is None else checkpointing.last_saved
        )
        self.history: History = []
        self._is_interrupted: Callable[[], bool] = lambda: False

    def fit(self, train: Callable[[int], tf.data.Dataset], validation: tf.data.Dataset | None) -> History:
        """Trains to the end of the plan, or until a callback says stop.

        Args:
            train: epoch, from 0 up -> its batches.
            validation: batches to measure after epochs, and inside them as the plan says; None measures nothing.

        Returns:
            The logs of every epoch.

        Raises:
            Interrupted: a signal came; where training stands is saved.
            NonFiniteError: a loss, gradient or weight is not finite, and such steps are not skipped.
        """
        self.step.model.stop_training = False
        self.callbacks.on_train_begin()
        if self.checkpointing is None:
            self._train_epochs(train, validation)
        else:
            self.history = self.checkpointing.restore(self.step, self.position, self.callbacks.callbacks)
            with interruption() as self._is_interrupted, self.checkpointing.lost_cluster():
                self._train_epochs(train, validation)
            self.checkpointing.store.wait()
        assign_average(self.step.model, self.step.optimizer)
        self.callbacks.on_train_end(self.history[-1] if self.history else {})
        return self.history

    def _train_epochs(self, train: Callable[[int], tf.data.Dataset], validation: tf.data.Dataset | None) -> None:
        while self.position.epoch < self.plan.epochs and not self._is_finished():
            epoch = self.position.epoch
            self.callbacks.on_epoch_begin(epoch)
            logs: dict[str, Any] = self._train_epoch(train(epoch), validation)
            if validation is not None:
                logs |= self._validate(validation)
            self.position.epoch, self.position.index = epoch + 1, 0
            self.history.append(logs)
            self.callbacks.on_epoch_end(epoch, logs)
            if self.checkpointing is not None:
                self.checkpointing.after_epoch(logs, self._capture)
                self._stop_if_interrupted(self.checkpointing)

    def _train_epoch(self, batches: tf.data.Dataset, validation: tf.data.Dataset | None) -> dict[str, float]:
        self.recorder.begin_epoch(batches)
        iterator = iter(batches.skip(self.position.index))
        while self.position.index < self.plan.steps_per_epoch and not self._is_finished():
            self._iterate(iterator, validation)
        return {name: float(value) for name, value in self.step.metrics.results().items()}

    def _iterate(self, batches: Iterator[Structure], validation: tf.data.Dataset | None) -> None:
        """One training iteration: a step on the next batch, then what is due after it."""
        if self.plan.steps_per_execution > 1:
            ahead = self._count_steps_until_due()
            run_several_steps(self.recorder, batches, ahead, self.plan.steps_per_execution, self._is_stopping)
        elif self.step.strategy.in_flight > 1:
            run_asynchronous_steps(self.recorder, batches, self._count_steps_until_due(), self._is_stopping)
        else:
            self.recorder.begin()
            began = time.perf_counter()
            batch = next(batches)
            fetched = time.perf_counter()
            (row,) = self.step.submit(batch)().numpy()  # (names + 1,)
            computed = time.perf_counter()
            times = {"input_seconds": fetched - began, "compute_seconds": computed - fetched}
            self.recorder.end(self.step.logs(row) | times, self.step.is_finite(row))
        if self.position.index == self.plan.steps_per_epoch:
            return  # what is due after an epoch includes this
        every = self.plan.validate_every
        if validation is not None and every is not None and self.position.step % every == 0:
            self._validate(validation)
        if self.checkpointing is not None:
            self.checkpointing.after_step(self.position.step, self._capture)
            self._stop_if_interrupted(self.checkpointing)

    def _count_steps_until_due(self) -> int:
        """Steps to the end of the epoch or of the plan, or to the next validation or checkpoint."""
        step = self.position.step
        periods = [self.plan.validate_every, self.checkpointing.every if self.checkpointing is not None else None]
        ends = [self.plan.steps_per_epoch - self.position.index, self.plan.total_steps - step]
        return min(*ends, *(every - step % every for every in periods if every is not None))

    def _validate(self, validation: tf.data.Dataset) -> dict[str, float]:
        self.callbacks.on_test_begin()
        with averaged_weights(self.step.model, self.step.optimizer):
            measured = self.evaluation(validation)
        if not math.isfinite(measured["loss"]):
            log.warning("validation after step %d: its loss is %s", self.position.step, measured["loss"])
        logs = {f"val_{name}": value for name, value in measured.items()}
        self.callbacks.on_test_end(logs)
        return logs

    def _capture(self, made_by: Mapping[str, str]) -> Checkpoint:
        """Where training stands, to be saved; weights that are not finite never are."""
        if weight := non_finite_weight(self.step):
            self.recorder.stop_non_finite(
                f"After step {self.position.step} {weight} are not finite.", "an update that overflows"
            )
        return capture(self.step, self.position, self.callbacks.callbacks, self.history, made_by)

    def _stop_if_interrupted(self, checkpointing: Checkpointing) -> None:
        if self._is_interrupted():
            checkpointing.stop(self.position.step, self._capture)

    def _is_stopping(self) -> bool:
        return self.step.model.stop_training or self._is_interrupted()

    def _is_finished(self) -> bool:
        return self.position.step >= self.plan.total_steps or self.step.model.stop_training
