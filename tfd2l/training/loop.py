"""The training loop, in plain sight; Keras callbacks work in it."""

from __future__ import annotations

import logging
import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

import keras
import tensorflow as tf

from tfd2l.errors import NonFiniteError
from tfd2l.training.averaging import averaged, use_average
from tfd2l.training.checkpoint.file import Snapshot
from tfd2l.training.checkpoint.policy import Snapshotting
from tfd2l.training.checkpoint.state import History, capture
from tfd2l.training.evaluation import Evaluation
from tfd2l.training.interruption import interruption
from tfd2l.training.non_finite import find_non_finite, non_finite_weight
from tfd2l.training.position import Plan, Position
from tfd2l.training.step import TrainStep

log = logging.getLogger("tfd2l")

MOST_SKIPPED = 20  # steps in a row that are not finite: more of them are no accident


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
            NonFiniteError: a loss, gradient or weight is not finite, and such steps are not skipped.
        """
        self.step.model.stop_training = False
        self.callbacks.on_train_begin()
        if self.snapshotting is None:
            self._epochs(train, validation)
        else:
            self.history = self.snapshotting.restore(self.step, self.position, self.callbacks.callbacks)
            with interruption() as self._asked_to_stop, self.snapshotting.lost_cluster():
                self._epochs(train, validation)
            self.snapshotting.snapshots.wait()
        use_average(self.step.model, self.step.optimizer)
        self.callbacks.on_train_end(self.history[-1] if self.history else {})
        return self.history

    def _epochs(self, train: Callable[[int], tf.data.Dataset], validation: tf.data.Dataset | None) -> None:
        while self.position.epoch < self.plan.epochs and not self._finished():
            epoch = self.position.epoch
            self.callbacks.on_epoch_begin(epoch)
            logs: dict[str, Any] = self._epoch(train(epoch), validation)
            if validation is not None:
                logs |= self._validate(validation)
            self.position.epoch, self.position.index = epoch + 1, 0
            self.history.append(logs)
            self.callbacks.on_epoch_end(epoch, logs)
            if self.snapshotting is not None:
                self.snapshotting.after_epoch(logs, self._state)
                self._stop_if_asked(self.snapshotting)

    def _validate(self, validation: tf.data.Dataset) -> dict[str, float]:
        self.callbacks.on_test_begin()
        with averaged(self.step.model, self.step.optimizer):
            measured = self.evaluation(validation)
        if not math.isfinite(measured["loss"]):
            log.warning("validation after step %d: its loss is %s", self.position.step, measured["loss"])
        logs = {f"val_{name}": value for name, value in measured.items()}
        self.callbacks.on_test_end(logs)
        return logs

    def _epoch(self, batches: tf.data.Dataset, validation: tf.data.Dataset | None) -> dict[str, float]:
        if self.position.index == 0:
            self.step.reset()
        self._batches = batches
        iterator = iter(batches.skip(self.position.index))
        while self.position.index < self.plan.steps_per_epoch and not self._finished():
            self._stretch(iterator, self._steps_ahead())
            if self.position.index == self.plan.steps_per_epoch:
                break  # what follows an epoch follows it
            every = self.plan.validate_every
            if validation is not None and every is not None and self.position.step % every == 0:
                self._validate(validation)
            if self.snapshotting is not None:
                self.snapshotting.after_step(self.position.step, self._state)
                self._stop_if_asked(self.snapshotting)
        return {name: float(value) for name, value in self.step.metrics.results().items()}

    def _steps_ahead(self) -> int:
        """Steps to the end of the epoch, of the plan, or to the next validation or snapshot."""
        step = self.position.step
        stops = [self.plan.validate_every, self.snapshotting.every if self.snapshotting is not None else None]
        ends = [self.plan.steps_per_epoch - self.position.index, self.plan.total_steps - step]
        return min(*ends, *(every - step % every for every in stops if every is not None))

    def _stretch(self, iterator: Iterator[Any], steps: int) -> None:
        """Take so many steps, fewer if a callback or a signal says stop; none is under way afterwards."""
        pending: deque[Callable[[], list[tuple[dict[str, float], bool]]]] = deque()
        under_way = 0
        while True:
            more = under_way < steps and not self._stopping()
            if more and len(pending) < self.step.strategy.in_flight:
                size = min(self.plan.steps_per_execution, steps - under_way)
                for index in range(under_way, under_way + size):
                    self.callbacks.on_train_batch_begin(self.position.index + index)
                pending.append(self._start(iterator, size))
                under_way += size
            elif pending:
                for logs, finite in pending.popleft()():
                    self._count(logs, finite)
                    under_way, steps = under_way - 1, steps - 1
                    self.callbacks.on_train_batch_end(self.position.index - 1, logs)
            else:
                return

    def _count(self, logs: Mapping[str, float], finite: bool) -> None:
        """One step more is taken; one that is not finite is counted, or ends the run.

        Raises:
            NonFiniteError: with the first tensor that is not finite, and the last snapshot.
        """
        position = self.position
        position.index += 1
        position.step += 1
        if finite:
            position.skipped_in_a_row = 0
            return
        position.skipped += 1
        position.skipped_in_a_row += 1
        skips = self.step.on_nan == "skip"
        if skips and position.skipped_in_a_row <= MOST_SKIPPED:
            log.warning("step %d is left out: its loss or a gradient is not finite", position.step)
            return
        batch = next(iter(self._batches.skip(position.index - 1)))
        rows = f", after {MOST_SKIPPED} others in a row that were skipped" if skips else ""
        loss, rate = logs["loss"], logs["learning_rate"]
        self._stop_not_finite(
            f"Step {position.step} (epoch {position.epoch + 1}) is not finite{rows}; loss {loss:g}, learning rate "
            f"{rate:g}. First: {find_non_finite(self.step, batch)}.",
            f"loss={loss:g}",
        )

    def _stop_not_finite(self, what: str, received: str) -> NoReturn:
        saved = "" if self.snapshotting is None else f" {self.snapshotting.last_good()}"
        raise NonFiniteError(f"{what}{saved} Received: {received}")

    def _start(self, iterator: Iterator[Any], size: int) -> Callable[[], list[tuple[dict[str, float], bool]]]:
        """Start some steps; returns a function that waits for their logs, and whether each was finite."""
        started = time.perf_counter()
        if size > 1:
            rows = self.step.run_several(iterator, size)
            seconds = (time.perf_counter() - started) / size
            return lambda: [
                (self.step.logs(row) | {"compute_seconds": seconds}, self.step.is_finite(row)) for row in rows
            ]
        batch = next(iterator)
        waited = time.perf_counter() - started
        result = self.step.submit(batch)
        computing = time.perf_counter() - started - waited

        def finish() -> list[tuple[dict[str, float], bool]]:
            finishing = time.perf_counter()
            (row,) = result().numpy()
            seconds = computing + time.perf_counter() - finishing
            times = {"input_seconds": waited, "compute_seconds": seconds}
            return [(self.step.logs(row) | times, self.step.is_finite(row))]

        return finish

    def _state(self, made_by: Mapping[str, str]) -> Snapshot:
        """Where training stands, to be kept; weights that are not finite never are."""
        if weight := non_finite_weight(self.step):
            self._stop_not_finite(
                f"After step {self.position.step} {weight} are not finite.", "an update that overflows"
            )
        return capture(self.step, self.position, self.callbacks.callbacks, self.history, made_by)

    def _stop_if_asked(self, snapshotting: Snapshotting) -> None:
        if self._asked_to_stop():
            snapshotting.stop(self.position.step, self._state)

    def _stopping(self) -> bool:
        return self.step.model.stop_training or self._asked_to_stop()

    def _finished(self) -> bool:
        return self.position.step >= self.plan.total_steps or self.step.model.stop_training
