"""Polynomial decay of section 11.4."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat
from tfd2l.schedules.base.schedule import Schedule, require_not_negative


@keras.saving.register_keras_serializable(package="tfd2l")
class Polynomial(Schedule):
    """Decay with a power of time, without end.

    lr(t) = learning_rate (decay t + 1)^(-power)

    This is not Keras' `PolynomialDecay`, a polynomial that falls to a final rate by a given step: of that one the
    straight line is `linear_decay`. The book's code begins at t = 2, its own counting being one behind; here at 0.

    Args:
        learning_rate: the rate at t = 0.
        power: alpha of the book, above 0 to fall; 0.5 still converges on convex problems.
        decay: beta of the book, per unit of t.
        unit, continuous, warmup, warmup_begin: what t counts, and a linear warm-up; see `tfd2l.schedules.base`.

    Raises:
        ValueError: a rate, a power, a decay or a warm-up below 0.

    Source: section 11.4.
    """

    def __init__(self, learning_rate: NonNegativeFloat, power: float = 0.5, decay: float = 0.1, **kwargs: Any) -> None:
        super().__init__(learning_rate, **kwargs)
        require_not_negative(power=power, decay=decay)
        self.power = power
        self.decay = decay

    def decayed(self, t: tf.Tensor) -> tf.Tensor:
        return self.learning_rate * (self.decay * t + 1) ** -self.power

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "power": self.power, "decay": self.decay}
