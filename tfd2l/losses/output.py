"""Loss of models whose output is what is minimized."""

from __future__ import annotations

from typing import Unpack

import keras
import tensorflow as tf

from tfd2l.losses.base.options import ReducedLossOptions


@keras.saving.register_keras_serializable(package="tfd2l")
class Output(keras.losses.Loss):
    """The model's output itself, for models that output what is to be minimized.

    Args:
        name: Name of the loss.
        **kwargs: Further arguments of `keras.losses.Loss`.

    Call arguments:
        y_true: Anything; it is not used.
        y_pred: Outputs of shape `(batch, ...)`.
        sample_weight: Weight of each example. `None`: all are 1.

    Example:
        >>> from tfd2l.losses.output import Output
        >>> round(float(Output()(tf.zeros([2]), tf.constant([1.0, 2.0]))), 4)
        1.5
    """

    def __init__(self, name: str = "output", **kwargs: Unpack[ReducedLossOptions]):
        super().__init__(name=name, **kwargs)

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        return y_pred
