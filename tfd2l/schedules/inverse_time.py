"""Decay with the inverse of time."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat
from tfd2l.schedules.base.schedule import Schedule, require_not_negative


@keras.saving.register_keras_serializable(package="tfd2l")
class InverseTime(Schedule):
    """Decay with the inverse of time.

    lr(t) = learning_rate / (1 + decay t)

    Args:
        learning_rate: the rate at t = 0.
        decay: per unit of t; the rate is halved at t = 1 / decay.
        unit, continuous, warmup, warmup_begin: what t counts, and a linear warm-up; see `tfd2l.schedules.base`.

    Raises:
        ValueError: a rate, a decay or a warm-up below 0.

    Source: Robbins and Monro 1951, *A stochastic approximation method*; `polynomial` of section 11.4 with power 1.
    """

    def __init__(self, learning_rate: NonNegativeFloat, decay: float = 0.1, **kwargs: Any) -> None:
        super().__init__(learning_rate, **kwargs)
        require_not_negative(decay=decay)
        self.decay = decay

    def decayed(self, t: tf.Tensor) -> tf.Tensor:
        return self.learning_rate / (1 + self.decay * t)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "decay": self.decay}
