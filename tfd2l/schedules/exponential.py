"""Exponential decay."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat
from tfd2l.schedules.base.schedule import Schedule, require_not_negative


@keras.saving.register_keras_serializable(package="tfd2l")
class Exponential(Schedule):
    """Exponential decay: the same share is lost in every unit of time.

    lr(t) = learning_rate exp(-decay t)

    All steps together go no further than learning_rate / (1 - exp(-decay)) gradients, so it often stops too early:
    the book's example stalls far from the optimum however long it runs.

    Args:
        learning_rate: the rate at t = 0.
        decay: lambda of the book, per unit of t.
        unit, continuous, warmup, warmup_begin: what t counts, and a linear warm-up; see `tfd2l.schedules.base`.

    Raises:
        ValueError: a rate, a decay or a warm-up below 0.

    Source: section 11.4.
    """

    def __init__(self, learning_rate: NonNegativeFloat, decay: float = 0.1, **kwargs: Any) -> None:
        super().__init__(learning_rate, **kwargs)
        require_not_negative(decay=decay)
        self.decay = decay

    def decayed(self, t: tf.Tensor) -> tf.Tensor:
        return self.learning_rate * tf.exp(-self.decay * t)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "decay": self.decay}
