"""Polynomial decay."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import NonNegativeFloat
from tfd2l.schedules.base.options import ScheduleOptions
from tfd2l.schedules.base.schedule import Schedule


@keras.saving.register_keras_serializable(package="tfd2l")
class Polynomial(Schedule):
    """Polynomial decay with a power of time, without end.

        lr(t) = learning_rate * (decay * t + 1)^(-power)

    `keras.optimizers.schedules.PolynomialDecay` is something else, a polynomial that reaches a final learning rate at a
    fixed step; its straight line is `LinearDecay`. The book's code begins at t = 2, since its count is one behind; this
    begins at 0.

    Args:
        learning_rate: Learning rate at t = 0.
        power: Exponent, alpha in the book. Defaults to 0.5, which still converges on convex problems.
        decay: Rate of the decay per unit of time, beta in the book. Defaults to 0.1.
        **kwargs: Unit of time and warm-up: `unit`, `steps_per_epoch`, `continuous`, `warmup` and `warmup_begin`, as
            `tfd2l.schedules.base.schedule.Schedule` takes them.

    Raises:
        ValueError: An argument is outside its range.

    Example:
        >>> from tfd2l.schedules.polynomial import Polynomial
        >>> Polynomial(1.0, power=0.5, decay=1.0)(tf.range(4)).numpy()
        array([1.    , 0.7071, 0.5774, 0.5   ], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 11.4.
    """

    @check_bounds
    def __init__(
        self,
        learning_rate: NonNegativeFloat,
        power: NonNegativeFloat = 0.5,
        decay: NonNegativeFloat = 0.1,
        **kwargs: Unpack[ScheduleOptions],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.power = power
        self.decay = decay

    def compute_rate(self, t: tf.Tensor) -> tf.Tensor:
        return self.learning_rate * (self.decay * t + 1) ** -self.power

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "power": self.power, "decay": self.decay}
