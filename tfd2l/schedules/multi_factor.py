"""Piecewise constant decay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import NonNegativeFloat, PositiveFraction
from tfd2l.schedules.base.options import ScheduleOptions
from tfd2l.schedules.base.schedule import Schedule, check_increasing


@keras.saving.register_keras_serializable(package="tfd2l")
class MultiFactor(Schedule):
    """Piecewise constant decay: the learning rate is multiplied by a factor at each milestone.

        lr(t) = learning_rate * factor^n, where n is the number of milestones up to t

    Args:
        learning_rate: Learning rate before the first milestone.
        milestones: Increasing times, in units of time from the start of the run, at which the learning rate falls.
        factor: Factor at each milestone, in (0, 1]. Defaults to 0.5.
        **kwargs: Unit of time and warm-up: `unit`, `steps_per_epoch`, `continuous`, `warmup` and `warmup_begin`, as
            `tfd2l.schedules.base.schedule.Schedule` takes them.

    Raises:
        ValueError: An argument is outside its range, or the milestones do not increase or lie within the warm-up.

    Example:
        >>> from tfd2l.schedules.multi_factor import MultiFactor
        >>> MultiFactor(1.0, milestones=[2, 3])(tf.range(5)).numpy()
        array([1.  , 1.  , 0.5 , 0.25, 0.25], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 11.11 (where the second milestone, 30, is after the last of 30 epochs).
    """

    @check_bounds
    def __init__(
        self,
        learning_rate: NonNegativeFloat,
        milestones: Sequence[float],
        factor: PositiveFraction = 0.5,
        **kwargs: Unpack[ScheduleOptions],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.milestones = list(milestones)
        check_increasing("milestones", self.milestones, self.warmup)
        self.factor = factor

    def compute_rate(self, t: tf.Tensor) -> tf.Tensor:
        reached = sum(tf.cast(t >= milestone - self.warmup, tf.float32) for milestone in self.milestones)
        return self.learning_rate * self.factor**reached

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "milestones": self.milestones, "factor": self.factor}
