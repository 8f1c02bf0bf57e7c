"""Linear scaling of the learning rate with the batch size."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


class LinearScaling(keras.optimizers.schedules.LearningRateSchedule):
    """Scales a learning rate by batch size / the batch size that it was chosen for.

    Args:
        schedule: the schedule, or a number.
        factor: batch size / base batch size.

    References:
        - Goyal et al., 2017, *Accurate, Large Minibatch SGD*.
    """

    def __init__(self, schedule: keras.optimizers.schedules.LearningRateSchedule | float, factor: float) -> None:
        self.schedule = schedule
        self.factor = factor

    def __call__(self, step: tf.Tensor) -> tf.Tensor:
        rate = self.schedule(step) if callable(self.schedule) else self.schedule
        return rate * self.factor

    def get_config(self) -> dict[str, Any]:
        return {"schedule": self.schedule, "factor": self.factor}
