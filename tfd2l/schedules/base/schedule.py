"""Base class of schedules: unit of time and warm-up."""

from __future__ import annotations

import itertools
from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import NonNegativeFloat
from tfd2l.schedules.base.options import Unit


class Schedule(keras.optimizers.schedules.LearningRateSchedule):
    """Base class of schedules: a learning rate as a function of time, after a linear warm-up.

    The time t of a step is

        t = step                                  unit="step"
        t = floor(step / steps_per_epoch)         unit="epoch": one learning rate for a whole epoch
        t = step / steps_per_epoch                unit="epoch", continuous=True

    and the learning rate

        lr(t) = warmup_begin + (learning_rate - warmup_begin) * t / warmup     for t < warmup
        lr(t) = compute_rate(t - warmup)                                       for t >= warmup

    A subclass implements `compute_rate`. Steps and epochs count from 0. A decay begins at the end of the warm-up; but
    boundaries, milestones and the end of a duration count from the start of the run, as in the book.

    With unit="epoch", a warm-up from 0 trains the whole first epoch at learning rate 0, as the book's does; with
    `continuous` the learning rate rises at every step, and `warmup_begin` above 0 is another way out.

    A schedule keeps no state, so it can be drawn before it is used. (Two of the book's schedulers are used up by their
    plots, and train at a learning rate that has fallen already; one tab sets the rate after the epoch it is meant for;
    another counts updates where epochs are meant.)

    Args:
        learning_rate: Peak learning rate, which holds at the end of the warm-up.
        steps_per_epoch: Number of steps of an epoch, for unit="epoch"; an experiment passes its own.
        unit: Unit of time, `"step"`, the default, or `"epoch"`.
        continuous: Whether time passes within an epoch, for unit="epoch". Defaults to `False`.
        warmup: Length of the warm-up in units of time. Defaults to 0, no warm-up.
        warmup_begin: Learning rate at the start of the warm-up. Defaults to 0.

    Raises:
        ValueError: An argument is outside its range, epochs come without their number of steps, or `continuous` with
            steps.

    Example:
        >>> from tfd2l.schedules.base.schedule import Schedule
        >>> class Staircase(Schedule):
        ...     def compute_rate(self, t):
        ...         return self.learning_rate / 10 ** (t // 3)
        >>> Staircase(1.0, warmup=2)(tf.range(7)).numpy()
        array([0. , 0.5, 1. , 1. , 1. , 0.1, 0.1], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 11.11.
    """

    @check_bounds
    def __init__(
        self,
        learning_rate: NonNegativeFloat,
        steps_per_epoch: int | None = None,
        unit: Unit = "step",
        continuous: bool = False,
        warmup: NonNegativeFloat = 0,
        warmup_begin: NonNegativeFloat = 0.0,
    ) -> None:
        if unit not in ("step", "epoch"):
            raise ValueError(f"The unit of time must be 'step' or 'epoch'. Received: unit={unit!r}")
        if unit == "epoch" and (steps_per_epoch is None or steps_per_epoch < 1):
            raise ValueError(f"unit='epoch' requires steps_per_epoch >= 1. Received: steps_per_epoch={steps_per_epoch}")
        if continuous and unit == "step":
            raise ValueError(f"continuous=True requires unit='epoch'. Received: continuous={continuous}, unit={unit!r}")
        self.learning_rate = learning_rate
        self.steps_per_epoch = steps_per_epoch
        self.unit = unit
        self.continuous = continuous
        self.warmup = warmup
        self.warmup_begin = warmup_begin

    def __call__(self, step: int | tf.Tensor) -> tf.Tensor:
        """Returns the learning rate of a step, or of a tensor of steps, float32."""
        t = self._time(step)
        if not self.warmup:
            return self.compute_rate(t)
        warming = self.warmup_begin + (self.learning_rate - self.warmup_begin) * t / self.warmup
        return tf.where(t < self.warmup, warming, self.compute_rate(tf.maximum(t - self.warmup, 0.0)))

    def compute_rate(self, t: tf.Tensor) -> tf.Tensor:
        """Returns the learning rate t >= 0 units of time (float32) after the warm-up: the formula of a schedule."""
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """Returns all arguments of the constructor."""
        return {
            "learning_rate": self.learning_rate,
            "steps_per_epoch": self.steps_per_epoch,
            "unit": self.unit,
            "continuous": self.continuous,
            "warmup": self.warmup,
            "warmup_begin": self.warmup_begin,
        }

    def _time(self, step: int | tf.Tensor) -> tf.Tensor:
        if self.unit == "step":
            return tf.cast(step, tf.float32)
        if self.continuous:
            return tf.cast(step, tf.float32) / self.steps_per_epoch
        return tf.cast(tf.cast(step, tf.int64) // self.steps_per_epoch, tf.float32)


def check_increasing(name: str, times: list[float], warmup: float) -> None:
    """Checks that there are times, that they increase, and that they do not lie within the warm-up.

    Raises:
        ValueError: One of these does not hold.
    """
    if not times or any(later <= earlier for earlier, later in itertools.pairwise(times)):
        raise ValueError(f"{name} must be one or more increasing times. Received: {name}={times}")
    if times[0] < warmup:
        raise ValueError(f"{name} must not lie within the warm-up ({warmup}). Received: {name}={times}")
