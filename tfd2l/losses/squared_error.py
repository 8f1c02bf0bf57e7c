"""Squared error of numbers."""

from __future__ import annotations

from typing import Any, Literal

import keras
import tensorflow as tf

from tfd2l.config.ranges import PositiveFloat


@keras.saving.register_keras_serializable(package="tfd2l")
class SquaredError(keras.losses.Loss):
    """Squared error: scale (prediction - target)^2.

    With a scale of 1/2 its gradient is the residual itself. Which of the two a learning rate was chosen for makes a
    factor of 2.

    Args:
        scale: above 0; 0.5 is the half squared error.
        reduction: what is differentiated, the "mean" over a batch or its "sum". What is logged is the mean.

    Shapes: both of one shape; the loss is of each number.

    Raises:
        ValueError: a scale that is not above 0, or shapes that differ (they would be broadcast, and every prediction
            compared with every target).
    """

    def __init__(
        self,
        scale: PositiveFloat = 1.0,
        reduction: Literal["mean", "sum"] = "mean",
        name: str = "squared_error",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, reduction=reduction, **kwargs)
        if scale <= 0:
            raise ValueError(f"scale is above 0. Received: scale={scale}")
        self.scale = scale

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> tf.Tensor:
        shapes = [tf.TensorShape(value.shape) for value in (y_true, y_pred)]
        if not shapes[0].is_compatible_with(shapes[1]):
            raise ValueError(
                f"squared_error compares predictions and targets of one shape. Received: predictions {shapes[1]}, "
                f"targets {shapes[0]}"
            )
        return super().__call__(y_true, y_pred, sample_weight)

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        return self.scale * tf.square(y_pred - y_true)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "scale": self.scale}
