"""What schedules that come to an end share: how far they have come."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat
from tfd2l.schedules.base.schedule import Schedule, require_not_negative


class EndingSchedule(Schedule):
    """A schedule that goes from its peak to a final rate, and stays there.

    p(t) = min(t / (duration - warmup), 1), t counted from the end of the warm-up.

    Args:
        learning_rate: the peak.
        duration: T, in units of t from the start of the run, the warm-up among them; None: the whole run.
        final_rate: the rate from T on.
        total_steps: steps of the whole run; needed without a duration alone.

    Raises:
        ValueError: a duration below 1 or not above the warm-up, none at all, or what `Schedule` refuses.
    """

    def __init__(
        self,
        learning_rate: NonNegativeFloat,
        duration: float | None = None,
        final_rate: NonNegativeFloat = 0.0,
        total_steps: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        require_not_negative(final_rate=final_rate)
        if duration is not None and duration < 1:
            raise ValueError(f"duration counts from 1 up. Received: duration={duration}")
        if duration is not None and duration <= self.warmup:
            raise ValueError(f"a warm-up of {self.warmup} ends after the whole schedule. Received: duration={duration}")
        if duration is None and (total_steps is None or total_steps < 1):
            raise ValueError(f"without a duration, total_steps says how long. Received: total_steps={total_steps}")
        self.duration = duration
        self.final_rate = final_rate
        self.total_steps = total_steps

    def progress(self, t: tf.Tensor) -> tf.Tensor:
        """How much of the way is done t units after the warm-up, in [0, 1]."""
        return tf.minimum(t / self._span, 1.0)

    def get_config(self) -> dict[str, Any]:
        """Every argument by name."""
        own = {"duration": self.duration, "final_rate": self.final_rate, "total_steps": self.total_steps}
        return {**super().get_config(), **own}

    @property
    def _span(self) -> float:
        if self.duration is not None:
            return self.duration - self.warmup
        assert self.total_steps is not None
        whole = self.total_steps / (self.steps_per_epoch or 1) if self.unit == "epoch" else self.total_steps
        # A short run may end within its warm-up: then nothing comes after it, and any span will do.
        return whole - self.warmup if whole > self.warmup else 1
