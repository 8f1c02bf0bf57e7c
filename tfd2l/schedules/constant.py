"""The same learning rate at every step."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfd2l")
class Constant(keras.optimizers.schedules.LearningRateSchedule):
    """The same rate at every step: lr(t) = learning_rate.

    Raises:
        ValueError: a rate below 0.
    """

    def __init__(self, learning_rate: float) -> None:
        if learning_rate < 0:
            raise ValueError(f"a rate below 0 climbs. Received: learning_rate={learning_rate}")
        self.learning_rate = learning_rate

    def __call__(self, step: tf.Tensor) -> tf.Tensor:
        return tf.constant(self.learning_rate, tf.float32)

    def get_config(self) -> dict[str, Any]:
        return {"learning_rate": self.learning_rate}
