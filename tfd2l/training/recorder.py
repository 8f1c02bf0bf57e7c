"""Counting, callbacks and the check for divergence around every training step."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import NoReturn

import keras
import tensorflow as tf

from tfd2l.errors import NonFiniteError
from tfd2l.training.non_finite import find_non_finite
from tfd2l.training.position import Position
from tfd2l.training.step import TrainStep

log = logging.getLogger("tfd2l")

MOST_SKIPPED = 20  # steps in a row that are not finite: more of them are no accident


class StepRecorder:
    """Counts steps, and calls the callbacks before and after each.

    Args:
        step: the compiled step.
        position: where training stands; kept up to date.
        callbacks: the run's.
        last_saved: says for an error what is saved, and how to resume.
    """

    def __init__(
        self,
        step: TrainStep,
        position: Position,
        callbacks: keras.callbacks.CallbackList,
        last_saved: Callable[[], str],
    ) -> None:
        self.step = step
        self.position = position
        self.callbacks = callbacks
        self.last_saved = last_saved
        self._batches: tf.data.Dataset | None = None

    def begin_epoch(self, batches: tf.data.Dataset) -> None:
        """Starts to record the steps on these batches, at their first or where training was interrupted."""
        if self.position.index == 0:
            self.step.reset()
        self._batches = batches

    def begin(self, ahead: int = 0) -> None:
        """Records that a step begins.

        Args:
            ahead: steps that have begun before it and have not ended.
        """
        self.callbacks.on_train_batch_begin(self.position.index + ahead)

    def end(self, logs: Mapping[str, float], finite: bool) -> None:
        """Records that a step has ended.

        Args:
            logs: what callbacks get.
            finite: whether its loss and gradients were finite, so that its update was made.

        Raises:
            NonFiniteError: they were not, and such steps are not skipped; names the first tensor that is not finite.
        """
        self.position.index += 1
        self.position.step += 1
        if finite:
            self.position.skipped_in_a_row = 0
        else:
            self._skip_or_stop(logs)
        self.callbacks.on_train_batch_end(self.position.index - 1, logs)

    def stop_non_finite(self, what: str, received: str) -> NoReturn:
        """Ends the run, with what is not finite and what is saved.

        Raises:
            NonFiniteError: always.
        """
        saved = self.last_saved()
        raise NonFiniteError(f"{what} {saved} Received: {received}" if saved else f"{what} Received: {received}")

    def _skip_or_stop(self, logs: Mapping[str, float]) -> None:
        position = self.position
        position.skipped += 1
        position.skipped_in_a_row += 1
        skips = self.step.on_nan == "skip"
        if skips and position.skipped_in_a_row <= MOST_SKIPPED:
            log.warning("step %d is left out: its loss or a gradient is not finite", position.step)
            return
        assert self._batches is not None, "begin_epoch first"
        batch = next(iter(self._batches.skip(position.index - 1)))
        rows = f", after {MOST_SKIPPED} others in a row that were skipped" if skips else ""
        loss, rate = logs["loss"], logs["learning_rate"]
        self.stop_non_finite(
            f"Step {position.step} (epoch {position.epoch + 1}) is not finite{rows}; loss {loss:g}, learning rate "
            f"{rate:g}. First: {find_non_finite(self.step, batch)}.",
            f"loss={loss:g}",
        )
