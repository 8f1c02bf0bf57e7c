"""The model's output is its own loss."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfd2l")
class Output(keras.losses.Loss):
    """What the model puts out, to be minimized as it is; there is no target.

    Shapes: outputs (batch, ...); targets are whatever the batch has in their place, and are not looked at.
    """

    def __init__(self, name: str = "output", **kwargs: Any):
        super().__init__(name=name, **kwargs)

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        return y_pred
