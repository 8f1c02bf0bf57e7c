"""Squared error."""

from __future__ import annotations

from typing import Any, Literal, Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveFloat
from tfd2l.losses.base.options import LossOptions


@keras.saving.register_keras_serializable(package="tfd2l")
class SquaredError(keras.losses.Loss):
    """Squared error of regression, with a scale such as 1/2.

        scale * (prediction - target)^2

    With a scale of 1/2, the gradient is the residual itself; a learning rate that was chosen for the one is twice too
    large or small for the other.

    Args:
        scale: Positive factor. Defaults to 1.
        reduction: What is differentiated, the `"mean"`, the default, over a batch, or its `"sum"`. What is logged is
            the mean.
        name: Name of the loss.
        **kwargs: Further arguments of `keras.losses.Loss`.

    Call arguments:
        y_true: Targets, of any shape.
        y_pred: Predictions of the same shape.
        sample_weight: Weight of each example. `None`: all are 1.

    Raises:
        ValueError: The scale is not positive, or targets and predictions differ in shape (they would be broadcast, and
            every prediction compared with every target).

    Example:
        >>> from tfd2l.losses.squared_error import SquaredError
        >>> round(float(SquaredError(scale=0.5)(tf.constant([1.0, 2.0]), tf.constant([2.0, 5.0]))), 4)
        2.5
    """

    @check_bounds
    def __init__(
        self,
        scale: PositiveFloat = 1.0,
        reduction: Literal["mean", "sum"] = "mean",
        name: str = "squared_error",
        **kwargs: Unpack[LossOptions],
    ) -> None:
        super().__init__(name=name, reduction=reduction, **kwargs)
        self.scale = scale

    def __call__(self, y_true: tf.Tensor, y_pred: tf.Tensor, sample_weight: tf.Tensor | None = None) -> tf.Tensor:
        shapes = [tf.TensorShape(value.shape) for value in (y_true, y_pred)]
        if not shapes[0].is_compatible_with(shapes[1]):
            raise ValueError(
                f"squared_error requires predictions and targets of the same shape. Received: predictions {shapes[1]}, "
                f"targets {shapes[0]}"
            )
        return super().__call__(y_true, y_pred, sample_weight)

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        return self.scale * tf.square(y_pred - y_true)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "scale": self.scale}
