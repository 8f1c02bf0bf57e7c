"""Base class of schedules that end at a final learning rate."""

from __future__ import annotations

from typing import Any, Unpack

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import NonNegativeFloat
from tfd2l.schedules.base.options import ScheduleOptions
from tfd2l.schedules.base.schedule import Schedule


class FiniteSchedule(Schedule):
    """Base class of schedules that go from the peak to a final learning rate and stay there.

    A subclass computes the learning rate from the progress, with T = duration:

        progress(t) = min(t / (T - warmup), 1), where t counts from the end of the warm-up

    Args:
        learning_rate: Peak learning rate.
        duration: End T of the decay, in units of time from the start of the run, including the warm-up. `None`, the
            default: the end of the run.
        final_rate: Learning rate from T on. Defaults to 0.
        total_steps: Number of steps of the run, used without a duration; an experiment passes its own.
        **kwargs: Further arguments of `Schedule`.

    Raises:
        ValueError: An argument is outside its range, the warm-up does not end before the duration, or both the duration
            and the number of steps are missing.

    Example:
        >>> from tfd2l.schedules.base.finite import FiniteSchedule
        >>> class QuadraticDecay(FiniteSchedule):
        ...     def compute_rate(self, t):
        ...         left = 1 - self.compute_progress(t)
        ...         return self.final_rate + (self.learning_rate - self.final_rate) * left**2
        >>> QuadraticDecay(1.0, duration=4)(tf.range(6)).numpy()
        array([1.    , 0.5625, 0.25  , 0.0625, 0.    , 0.    ], dtype=float32)
    """

    @check_bounds
    def __init__(
        self,
        learning_rate: NonNegativeFloat,
        duration: float | None = None,
        final_rate: NonNegativeFloat = 0.0,
        total_steps: int | None = None,
        **kwargs: Unpack[ScheduleOptions],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        if duration is not None and duration < 1:
            raise ValueError(f"The duration must be at least 1. Received: duration={duration}")
        if duration is not None and duration <= self.warmup:
            raise ValueError(
                f"The warm-up of {self.warmup} must end before the duration. Received: duration={duration}"
            )
        if duration is None and (total_steps is None or total_steps < 1):
            raise ValueError(f"Without a duration, total_steps is required. Received: total_steps={total_steps}")
        self.duration = duration
        self.final_rate = final_rate
        self.total_steps = total_steps

    def compute_progress(self, t: tf.Tensor) -> tf.Tensor:
        """Returns the fraction of the decay that is done t units of time after the warm-up, in [0, 1]."""
        return tf.minimum(t / self._span, 1.0)

    def get_config(self) -> dict[str, Any]:
        """Returns all arguments of the constructor."""
        own = {"duration": self.duration, "final_rate": self.final_rate, "total_steps": self.total_steps}
        return {**super().get_config(), **own}

    @property
    def _span(self) -> float:
        if self.duration is not None:
            return self.duration - self.warmup
        assert self.total_steps is not None
        whole = self.total_steps / (self.steps_per_epoch or 1) if self.unit == "epoch" else self.total_steps
        # A short run may end within its warm-up: then nothing comes after it, and any span is right.
        return whole - self.warmup if whole > self.warmup else 1
