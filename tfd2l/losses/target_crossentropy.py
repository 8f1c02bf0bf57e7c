"""Cross-entropy of several targets under one distribution (section 14.1)."""

from __future__ import annotations

from typing import Any, Literal

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfd2l")
class TargetCrossentropy(keras.losses.Loss):
    """-log softmax(scores)_t of every target t of a row.

    Arguments:
        reduction: what is differentiated, the "mean" over a batch or its "sum". What is logged is the mean.

    Shapes: targets (..., targets) ids, scores (..., vocabulary); the loss is (..., targets).

    Source: section 14.1.
    """

    def __init__(
        self, reduction: Literal["mean", "sum"] = "mean", name: str = "target_crossentropy", **kwargs: Any
    ) -> None:
        super().__init__(name=name, reduction=reduction, **kwargs)

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        targets = tf.cast(y_true, tf.int32)
        scores = tf.gather(y_pred, targets, batch_dims=targets.shape.rank - 1)  # (..., targets)
        return tf.reduce_logsumexp(y_pred, axis=-1, keepdims=True) - scores
