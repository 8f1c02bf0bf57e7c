"""Inverse time decay."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import NonNegativeFloat
from tfd2l.schedules.base.options import ScheduleOptions
from tfd2l.schedules.base.schedule import Schedule


@keras.saving.register_keras_serializable(package="tfd2l")
class InverseTime(Schedule):
    """Inverse time decay.

        lr(t) = learning_rate / (1 + decay * t)

    Args:
        learning_rate: Learning rate at t = 0.
        decay: Rate of the decay per unit of time; at t = 1 / decay the learning rate is halved. Defaults to 0.1.
        **kwargs: Unit of time and warm-up: `unit`, `steps_per_epoch`, `continuous`, `warmup` and `warmup_begin`, as
            `tfd2l.schedules.base.schedule.Schedule` takes them.

    Raises:
        ValueError: An argument is outside its range.

    Example:
        >>> from tfd2l.schedules.inverse_time import InverseTime
        >>> InverseTime(1.0, decay=0.5)(tf.range(4)).numpy()
        array([1.    , 0.6667, 0.5   , 0.4   ], dtype=float32)

    References:
        - Robbins and Monro, 1951, *A Stochastic Approximation Method*.
        - *Dive into Deep Learning*, section 11.4 (`polynomial` with power 1).
    """

    @check_bounds
    def __init__(
        self, learning_rate: NonNegativeFloat, decay: NonNegativeFloat = 0.1, **kwargs: Unpack[ScheduleOptions]
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.decay = decay

    def compute_rate(self, t: tf.Tensor) -> tf.Tensor:
        return self.learning_rate / (1 + self.decay * t)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "decay": self.decay}
