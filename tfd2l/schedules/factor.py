"""Decay by a constant factor."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import NonNegativeFloat, PositiveFraction
from tfd2l.schedules.base.options import ScheduleOptions
from tfd2l.schedules.base.schedule import Schedule


@keras.saving.register_keras_serializable(package="tfd2l")
class Factor(Schedule):
    """Decay by a constant factor per unit of time, down to a lower bound.

        lr(t) = max(floor, learning_rate * factor^(t + 1))

    As in the book, the factor is in the first learning rate already.

    Args:
        learning_rate: Learning rate before the first factor.
        factor: Factor per unit of time, in (0, 1]. Defaults to 0.9.
        floor: Least learning rate. Defaults to 0.01.
        **kwargs: Unit of time and warm-up: `unit`, `steps_per_epoch`, `continuous`, `warmup` and `warmup_begin`, as
            `tfd2l.schedules.base.schedule.Schedule` takes them.

    Raises:
        ValueError: An argument is outside its range.

    Example:
        >>> from tfd2l.schedules.factor import Factor
        >>> Factor(1.0, factor=0.5, floor=0.2)(tf.range(4)).numpy()
        array([0.5 , 0.25, 0.2 , 0.2 ], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 11.11.
    """

    @check_bounds
    def __init__(
        self,
        learning_rate: NonNegativeFloat,
        factor: PositiveFraction = 0.9,
        floor: NonNegativeFloat = 0.01,
        **kwargs: Unpack[ScheduleOptions],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.factor = factor
        self.floor = floor

    def compute_rate(self, t: tf.Tensor) -> tf.Tensor:
        return tf.maximum(self.floor, self.learning_rate * self.factor ** (t + 1))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor, "floor": self.floor}
