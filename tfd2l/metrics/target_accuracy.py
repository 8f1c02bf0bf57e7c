"""Accuracy of one of several outputs."""

from __future__ import annotations

from typing import Unpack

import keras
import tensorflow as tf

from tfd2l.metrics.base.options import MetricOptions
from tfd2l.metrics.base.target_mean import TargetMean


@keras.saving.register_keras_serializable(package="tfd2l")
class TargetAccuracy(TargetMean):
    """Computes the accuracy of one of several outputs.

    Every position with a positive weight counts alike, however many there are in its batch.

    Args:
        target: key of the labels in y, and of the logits among the outputs.
        weights: key in y of weights, positive at the positions that count; None counts all.
        shown_as: name in the logs.
        name: Keras' own; `shown_as` by default.
        kwargs: of `keras.metrics.Mean`.

    Shapes: labels and weights (batch, ...), logits (batch, ..., classes); sample weights (batch,).

    Example:
        >>> from tfd2l.metrics.target_accuracy import TargetAccuracy
        >>> metric = TargetAccuracy("token", weights="real")
        >>> y = {"token": tf.constant([[0, 1, 1]]), "real": tf.constant([[1, 1, 0]])}
        >>> metric.update_state(y, {"token": tf.constant([[[2.0, 1.0], [2.0, 1.0], [2.0, 1.0]]])})
        >>> print(metric.result().numpy())
        0.5
    """

    _direction = "up"  # which way it gets better, as Keras' own metrics say it

    def __init__(
        self,
        target: str,
        weights: str | None = None,
        shown_as: str = "accuracy",
        name: str = "",
        **kwargs: Unpack[MetricOptions],
    ) -> None:
        super().__init__(target, weights, shown_as, name, **kwargs)

    def compute(self, labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        return tf.cast(tf.argmax(logits, axis=-1, output_type=tf.int32) == labels, tf.float32)
