"""Binary cross-entropy of each score by itself (section 14.4)."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.losses.base.weighted_mean import Reduction, WeightedMean


@keras.saving.register_keras_serializable(package="tfd2l")
class SigmoidBCE(WeightedMean):
    """-y log sigmoid(s) - (1 - y) log(1 - sigmoid(s)) of every score s.

    Weights of the shape of the scores say which count: the mean is sum(w l) / sum(w), the sum is sum(w l), in Keras'
    `fit` too. (Keras' own `BinaryCrossentropy` takes the mean of a row before weights come in, and divides by the
    number of rows.)

    Args:
        reduction: what is differentiated, the "mean" over a batch or its "sum", by which a pair learns as much in a
            large batch as in a small one. What is logged is the mean.

    Shapes: scores and labels (...), the loss is of each.

    Source: section 14.4, `SigmoidBCELoss`, whose rows each weigh the same (weights that sum to 1 in each row do that).
    """

    def __init__(self, reduction: Reduction = "mean", name: str = "sigmoid_bce", **kwargs: Any) -> None:
        super().__init__(name=name, reduction=reduction, **kwargs)

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        return tf.nn.sigmoid_cross_entropy_with_logits(tf.cast(y_true, y_pred.dtype), y_pred)
