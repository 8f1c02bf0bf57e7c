"""The plan of a training, and its position in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Position:
    """A position in training; callbacks may hold on to it.

    Args:
        epoch: epochs that are complete.
        index: steps taken in the epoch after them.
        step: steps taken since the start of the run.
        skipped: those of them whose loss or gradients were not finite, so that their update was left out.
        skipped_in_a_row: the last ones of these, with none between them that was finite.
    """

    epoch: int = 0
    index: int = 0
    step: int = 0
    skipped: int = 0
    skipped_in_a_row: int = 0


@dataclass(frozen=True)
class Plan:
    """A plan of training: how far it goes.

    Args:
        epochs, steps_per_epoch: of the whole run.
        max_steps: fewer steps than these make.
        steps_per_execution: steps in one call of TensorFlow.
        validate_every: steps between validations inside an epoch; None validates after epochs alone.
    """

    epochs: int
    steps_per_epoch: int
    max_steps: int | None = None
    steps_per_execution: int = 1
    validate_every: int | None = None

    @property
    def total_steps(self) -> int:
        """Number of steps of the whole run."""
        steps = self.epochs * self.steps_per_epoch
        return steps if self.max_steps is None else min(steps, self.max_steps)
