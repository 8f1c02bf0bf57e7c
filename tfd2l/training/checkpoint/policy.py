"""When checkpoints are saved, and how a run resumes from one."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import keras

from tfd2l.errors import ClusterError, Interrupted
from tfd2l.training.checkpoint.file import Checkpoint
from tfd2l.training.checkpoint.state import History, restore
from tfd2l.training.checkpoint.store import CheckpointStore
from tfd2l.training.position import Position
from tfd2l.training.step import TrainStep

log = logging.getLogger("tfd2l")

BEST_BY = "val_loss"
Capture = Callable[[Mapping[str, str]], Checkpoint]


@dataclass
class Checkpointing:
    """Saves checkpoints of training: every so many steps, after each epoch, and when training is interrupted.

    Args:
        store: where checkpoints are kept.
        every: steps between checkpoints; None saves after epochs alone.
        start: the checkpoint to resume from; None starts at the beginning.
        resume_hint: how to resume, for a message when training is interrupted.
        retry_hint: how to resume with other options, for a message when training has diverged.
        made_by: what a run that resumes from here must agree with; saved in every checkpoint.
    """

    store: CheckpointStore
    every: int | None = None
    start: Checkpoint | None = None
    resume_hint: str = ""
    retry_hint: str = ""
    made_by: Mapping[str, str] = field(default_factory=dict)
    _best: float = field(default=float("inf"), init=False)

    def restore(self, step: TrainStep, position: Position, callbacks: Sequence[keras.callbacks.Callback]) -> History:
        """Restores the objects of training from the checkpoint to start from, and returns the history so far."""
        if self.start is None:
            return []
        history = restore(self.start, step, position, callbacks)
        measured = [logs[BEST_BY] for logs in history if math.isfinite(logs.get(BEST_BY, float("inf")))]
        self._best = min(measured, default=self._best)
        log.info("resuming after step %d (epoch %d, step %d)", position.step, position.epoch + 1, position.index)
        return history

    def after_step(self, number: int, capture: Capture) -> None:
        """Saves a checkpoint, if one is due after this step."""
        if self.every is not None and number % self.every == 0:
            self.store.save(capture(self.made_by))

    def after_epoch(self, logs: Mapping[str, float], capture: Capture) -> None:
        """Saves a checkpoint; as the best too, if no epoch before had a smaller validation loss."""
        measured = logs.get(BEST_BY, float("inf"))
        if not math.isfinite(measured):  # NaN is neither smaller nor larger than what comes later
            measured = float("inf")
        best, self._best = measured < self._best, min(measured, self._best)
        self.store.save(capture(self.made_by), best=best)

    def last_saved(self) -> str:
        """Says for an error which step is saved, whose weights are finite as those of every checkpoint."""
        self.store.wait()
        last = self.store.latest()
        if last is None:
            return "No checkpoint had been taken (trainer.checkpoint_every)."
        return f"Step {last.facts['step']} is saved. {self.retry_hint}"

    @contextmanager
    def lost_cluster(self) -> Iterator[None]:
        """Turns the loss of a cluster's variables into an interruption after the last checkpoint.

        Raises:
            Interrupted: the cluster is lost; says how to resume.
        """
        try:
            yield
        except ClusterError as error:
            self.store.wait()
            last = self.store.latest()
            if last is None:
                raise Interrupted(
                    f"{error} No checkpoint had been taken (trainer.checkpoint_every), so the run starts anew with the "
                    "same command"
                ) from error
            raise Interrupted(f"{error} Step {last.facts['step']} is saved. {self.resume_hint}") from error

    @contextmanager
    def after_training(self) -> Iterator[None]:
        """Turns an interruption of what follows training into one that says how to resume.

        Raises:
            Interrupted: names the last step, which is saved.
        """
        try:
            yield
        except KeyboardInterrupt as error:
            self.store.wait()
            last = self.store.latest()
            if last is None:
                raise
            raise Interrupted(
                f"interrupted after training; step {last.facts['step']} is saved. {self.resume_hint}"
            ) from error

    def stop(self, number: int, capture: Capture) -> None:
        """Saves a checkpoint, and ends training.

        Raises:
            Interrupted: always; says how to resume.
        """
        self.store.save(capture(self.made_by))
        self.store.wait()
        raise Interrupted(f"interrupted after step {number}, which is saved. {self.resume_hint}")


class FollowerCheckpointing(Checkpointing):
    """Checkpointing of a process that follows a chief: it resumes from the chief's checkpoint, and saves nothing."""

    def __init__(self, start: Checkpoint | None) -> None:
        super().__init__(CheckpointStore(Path()), start=start)

    def after_step(self, number: int, capture: Capture) -> None:
        """Does nothing: the chief saves."""

    def after_epoch(self, logs: Mapping[str, float], capture: Capture) -> None:
        """Does nothing: the chief saves."""

    def last_saved(self) -> str:
        """Refers to the chief."""
        return "The chief of the cluster names the last checkpoint."

    def stop(self, number: int, capture: Capture) -> None:
        """Ends training.

        Raises:
            Interrupted: always; the chief says how to resume.
        """
        raise Interrupted(f"interrupted after step {number}; the chief of the cluster saves")
