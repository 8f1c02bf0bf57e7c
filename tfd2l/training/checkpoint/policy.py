"""When snapshots are taken, and how a run goes on from one."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import keras

from tfd2l.errors import ClusterError, Interrupted
from tfd2l.training.checkpoint.file import Snapshot
from tfd2l.training.checkpoint.state import History, restore
from tfd2l.training.checkpoint.store import Snapshots
from tfd2l.training.position import Position
from tfd2l.training.step import TrainStep

log = logging.getLogger("tfd2l")

BEST_BY = "val_loss"
Take = Callable[[Mapping[str, str]], Snapshot]


@dataclass
class Snapshotting:
    """Saves where training stands: every so many steps, after each epoch, and when it is asked to stop.

    Args:
        snapshots: where they are kept.
        every: steps; None means after epochs alone.
        start: the snapshot to go on from; None starts at the beginning.
        way_back: said when training is interrupted: how to go on.
        other_way_back: said when training has diverged: how to go on with other options.
        made_by: what a run that goes on from here must agree with; kept with every snapshot.
    """

    snapshots: Snapshots
    every: int | None = None
    start: Snapshot | None = None
    way_back: str = ""
    other_way_back: str = ""
    made_by: Mapping[str, str] = field(default_factory=dict)
    _best: float = field(default=float("inf"), init=False)

    def restore(self, step: TrainStep, position: Position, callbacks: Sequence[keras.callbacks.Callback]) -> History:
        """Put the objects of training where the snapshot has them; returns the history so far."""
        if self.start is None:
            return []
        history = restore(self.start, step, position, callbacks)
        measured = [logs[BEST_BY] for logs in history if math.isfinite(logs.get(BEST_BY, float("inf")))]
        self._best = min(measured, default=self._best)
        log.info("going on after step %d (epoch %d, step %d)", position.step, position.epoch + 1, position.index)
        return history

    def after_step(self, number: int, take: Take) -> None:
        """Save, if it is time."""
        if self.every is not None and number % self.every == 0:
            self.snapshots.save(take(self.made_by))

    def after_epoch(self, logs: Mapping[str, float], take: Take) -> None:
        """Save; as the best too, if no epoch before had a smaller validation loss."""
        measured = logs.get(BEST_BY, float("inf"))
        if not math.isfinite(measured):  # NaN is neither smaller nor larger than what comes later
            measured = float("inf")
        best, self._best = measured < self._best, min(measured, self._best)
        self.snapshots.save(take(self.made_by), best=best)

    def last_saved(self) -> str:
        """For an error: the last snapshot, whose weights are finite as those of every snapshot, and how to go on."""
        self.snapshots.wait()
        last = self.snapshots.latest()
        if last is None:
            return "No snapshot had been taken (trainer.snapshot_every)."
        return f"Step {last.facts['step']} is saved. {self.other_way_back}"

    @contextmanager
    def lost_cluster(self) -> Iterator[None]:
        """Turns the loss of variables into an interruption after the last snapshot.

        Raises:
            Interrupted: with the way to go on.
        """
        try:
            yield
        except ClusterError as error:
            self.snapshots.wait()
            last = self.snapshots.latest()
            if last is None:
                raise Interrupted(
                    f"{error} No snapshot had been taken (trainer.snapshot_every), so the run starts anew with the "
                    "same command"
                ) from error
            raise Interrupted(f"{error} Step {last.facts['step']} is saved. {self.way_back}") from error

    @contextmanager
    def after_training(self) -> Iterator[None]:
        """Turns an interruption of what follows training into one that says how to go on.

        Raises:
            Interrupted: with the last step, which is saved.
        """
        try:
            yield
        except KeyboardInterrupt as error:
            self.snapshots.wait()
            last = self.snapshots.latest()
            if last is None:
                raise
            raise Interrupted(
                f"interrupted after training; step {last.facts['step']} is saved. {self.way_back}"
            ) from error

    def stop(self, number: int, take: Take) -> None:
        """Save and leave.

        Raises:
            Interrupted: with the way to go on.
        """
        self.snapshots.save(take(self.made_by))
        self.snapshots.wait()
        raise Interrupted(f"interrupted after step {number}, which is saved. {self.way_back}")


class Following(Snapshotting):
    """Of a process that goes along with a chief: starts from the chief's snapshot, and saves nothing."""

    def __init__(self, start: Snapshot | None) -> None:
        super().__init__(Snapshots(Path()), start=start)

    def after_step(self, number: int, take: Take) -> None:
        """The chief saves."""

    def after_epoch(self, logs: Mapping[str, float], take: Take) -> None:
        """The chief saves."""

    def last_saved(self) -> str:
        """The chief says it."""
        return "The chief of the cluster names the last snapshot."

    def stop(self, number: int, take: Take) -> None:
        """Leave.

        Raises:
            Interrupted: the chief says how to go on.
        """
        raise Interrupted(f"interrupted after step {number}; the chief of the cluster saves")
