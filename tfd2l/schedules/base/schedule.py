"""What every schedule shares: the unit of its time, and a warm-up before it."""

from __future__ import annotations

import itertools
from typing import Any, Literal

import keras
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat

Unit = Literal["step", "epoch"]


class Schedule(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate as a pure function of the step: a formula in t, after a linear warm-up.

    t = step                                  unit="step"
    t = floor(step / steps_per_epoch)         unit="epoch": one rate for a whole epoch, that of epoch 0 first
    t = step / steps_per_epoch                unit="epoch", continuous=True

    lr(t) = warmup_begin + (learning_rate - warmup_begin) t / warmup     t < warmup
    lr(t) = decayed(t - warmup)                                          t >= warmup

    Steps and epochs count from 0. A decay begins when the warm-up is over; moments that are named (boundaries,
    milestones, the end of a duration) are counted from the start of the run all the same, as the book counts them.

    With unit="epoch" a warm-up from 0 trains the whole first epoch at rate 0, in which nothing is learned (so do the
    book's); `continuous` lets the rate rise at every step instead, and a `warmup_begin` above 0 is another way out.

    Nothing is remembered between calls, so a schedule may be drawn before it is used. (Two of the book's schedulers
    are used up by their own plots, and train at a rate that has fallen already; one tab sets the rate after the epoch
    it is meant for; another counts updates where epochs are meant.)

    Args:
        learning_rate: the peak, where the warm-up ends.
        steps_per_epoch: steps of an epoch; needed for unit="epoch" alone.
        unit: what t counts.
        continuous: with unit="epoch", let t rise within an epoch.
        warmup: units of t until the peak; 0 begins there.
        warmup_begin: the rate at t = 0 of a warm-up.

    Raises:
        ValueError: a rate or a warm-up below 0, epochs without their number of steps, or `continuous` steps.

    Source: section 11.11.
    """

    def __init__(
        self,
        learning_rate: NonNegativeFloat,
        steps_per_epoch: int | None = None,
        unit: Unit = "step",
        continuous: bool = False,
        warmup: NonNegativeFloat = 0,
        warmup_begin: NonNegativeFloat = 0.0,
    ) -> None:
        require_not_negative(learning_rate=learning_rate, warmup=warmup, warmup_begin=warmup_begin)
        if unit not in ("step", "epoch"):
            raise ValueError(f"t counts 'step' or 'epoch'. Received: unit={unit!r}")
        if unit == "epoch" and (steps_per_epoch is None or steps_per_epoch < 1):
            raise ValueError(f"unit='epoch' needs the steps of an epoch. Received: steps_per_epoch={steps_per_epoch}")
        if continuous and unit == "step":
            raise ValueError(f"steps are whole; `continuous` is for unit='epoch'. Received: continuous={continuous}")
        self.learning_rate = learning_rate
        self.steps_per_epoch = steps_per_epoch
        self.unit = unit
        self.continuous = continuous
        self.warmup = warmup
        self.warmup_begin = warmup_begin

    def __call__(self, step: Any) -> tf.Tensor:
        """The rate of a step, or of a tensor of steps; float32."""
        t = self._time(step)
        if not self.warmup:
            return self.decayed(t)
        rising = self.warmup_begin + (self.learning_rate - self.warmup_begin) * t / self.warmup
        return tf.where(t < self.warmup, rising, self.decayed(tf.maximum(t - self.warmup, 0.0)))

    def decayed(self, t: tf.Tensor) -> tf.Tensor:
        """The rate t units after the warm-up, t >= 0 float32: the formula of a schedule."""
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """Every argument by name."""
        return {
            "learning_rate": self.learning_rate,
            "steps_per_epoch": self.steps_per_epoch,
            "unit": self.unit,
            "continuous": self.continuous,
            "warmup": self.warmup,
            "warmup_begin": self.warmup_begin,
        }

    def _time(self, step: Any) -> tf.Tensor:
        if self.unit == "step":
            return tf.cast(step, tf.float32)
        if self.continuous:
            return tf.cast(step, tf.float32) / self.steps_per_epoch
        return tf.cast(tf.cast(step, tf.int64) // self.steps_per_epoch, tf.float32)


def require_not_negative(**options: float) -> None:
    """Refuse an option below 0.

    Raises:
        ValueError: with its name and value.
    """
    for name, value in options.items():
        if value < 0:
            raise ValueError(f"{name} is at least 0. Received: {name}={value}")


def require_factor(factor: float) -> None:
    """Refuse a factor that does not shrink.

    Raises:
        ValueError: outside (0, 1].
    """
    if not 0 < factor <= 1:
        raise ValueError(f"a factor lies in (0, 1]. Received: factor={factor}")


def require_rising(name: str, moments: list[float], warmup: float) -> None:
    """Refuse no moments, such as do not rise, and such as lie within the warm-up.

    Raises:
        ValueError: with their name and values.
    """
    if not moments or any(later <= earlier for earlier, later in itertools.pairwise(moments)):
        raise ValueError(f"{name} are one or more, each later than the one before. Received: {name}={moments}")
    if moments[0] < warmup:
        raise ValueError(f"{name} come after the warm-up ({warmup}). Received: {name}={moments}")
