"""Cross-entropy of several targets under one distribution (section 14.1)."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.losses.base.weighted_mean import Reduction, WeightedMean


@keras.saving.register_keras_serializable(package="tfd2l")
class TargetCrossentropy(WeightedMean):
    """-log softmax(scores)_t of every target t of a row.

    Args:
        reduction: what is differentiated, the "mean" over the weights of a batch or the weighted "sum". What
            is logged is the mean.

    Shapes: targets (..., targets) ids, scores (..., vocabulary); the loss is (..., targets).

    Source: section 14.1.
    """

    def __init__(self, reduction: Reduction = "mean", name: str = "target_crossentropy", **kwargs: Any) -> None:
        super().__init__(name=name, reduction=reduction, **kwargs)

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        targets = tf.cast(y_true, tf.int32)
        scores = tf.gather(y_pred, targets, batch_dims=targets.shape.rank - 1)  # (..., targets)
        return tf.reduce_logsumexp(y_pred, axis=-1, keepdims=True) - scores
