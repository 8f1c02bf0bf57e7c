"""The same factor in every unit of time."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat
from tfd2l.schedules.base.schedule import Schedule, require_factor, require_not_negative


@keras.saving.register_keras_serializable(package="tfd2l")
class Factor(Schedule):
    """The same factor in every unit of time, down to a floor.

    lr(t) = max(floor, learning_rate factor^(t + 1))

    The book multiplies before it answers, so the factor is in the first rate already. (It only draws this schedule;
    none of its figures is trained with it.)

    Args:
        learning_rate: the rate that the first factor is applied to.
        factor: in (0, 1].
        floor: the rate falls no lower.
        unit, continuous, warmup, warmup_begin: what t counts, and a linear warm-up; see `tfd2l.schedules.base`.

    Raises:
        ValueError: a factor outside (0, 1], or a rate, a floor or a warm-up below 0.

    Source: section 11.11.
    """

    def __init__(
        self, learning_rate: NonNegativeFloat, factor: float = 0.9, floor: float = 0.01, **kwargs: Any
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        require_factor(factor)
        require_not_negative(floor=floor)
        self.factor = factor
        self.floor = floor

    def decayed(self, t: tf.Tensor) -> tf.Tensor:
        return tf.maximum(self.floor, self.learning_rate * self.factor ** (t + 1))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor, "floor": self.floor}
