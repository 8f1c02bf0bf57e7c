"""Cross-entropy of several targets under one distribution."""

from __future__ import annotations

from typing import Unpack

import keras
import tensorflow as tf

from tfd2l.losses.base.options import LossOptions
from tfd2l.losses.base.weighted_mean import Reduction, WeightedMean


@keras.saving.register_keras_serializable(package="tfd2l")
class TargetCrossentropy(WeightedMean):
    """Cross-entropy of several targets under one softmax distribution.

    For every target t of a row of scores:

        -log softmax(scores)[t]

    Args:
        reduction: What is differentiated, the `"mean"`, the default, over the weights of a batch, or the weighted
            `"sum"`. What is logged is the mean.
        name: Name of the loss.
        **kwargs: Further arguments of `keras.losses.Loss`.

    Call arguments:
        y_true: Targets, integers of shape `(..., targets)`.
        y_pred: Scores of shape `(..., classes)`.
        sample_weight: Weight of each target or row. `None`: all are 1.

    Example:
        >>> from tfd2l.losses.target_crossentropy import TargetCrossentropy
        >>> targets, scores = tf.constant([[0, 2]]), tf.math.log([[0.5, 0.25, 0.25]])
        >>> round(float(TargetCrossentropy()(targets, scores)), 4)  # (log 2 + log 4) / 2
        1.0397

    References:
        - *Dive into Deep Learning*, section 14.1.
    """

    def __init__(
        self, reduction: Reduction = "mean", name: str = "target_crossentropy", **kwargs: Unpack[LossOptions]
    ) -> None:
        super().__init__(name=name, reduction=reduction, **kwargs)

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        targets = tf.cast(y_true, tf.int32)
        scores = tf.gather(y_pred, targets, batch_dims=targets.shape.rank - 1)  # (..., targets)
        return tf.reduce_logsumexp(y_pred, axis=-1, keepdims=True) - scores
