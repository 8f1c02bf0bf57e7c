"""Binary cross-entropy of single logits."""

from __future__ import annotations

from typing import Unpack

import keras
import tensorflow as tf

from tfd2l.losses.base.options import LossOptions
from tfd2l.losses.base.weighted_mean import Reduction, WeightedMean


@keras.saving.register_keras_serializable(package="tfd2l")
class SigmoidBCE(WeightedMean):
    """Binary cross-entropy of logits, weighted value by value.

        -y log sigmoid(s) - (1 - y) log(1 - sigmoid(s))

    Weights of the shape of the logits say which of them count: the mean is sum(w l) / sum(w), also in
    `keras.Model.fit`. (`keras.losses.BinaryCrossentropy` takes the mean of a row before it applies weights, and divides
    by the number of rows.)

    Args:
        reduction: What is differentiated, the `"mean"`, the default, over a batch, or the `"sum"`, with which a pair
            contributes as much in a large batch as in a small one. What is logged is the mean.
        name: Name of the loss.
        **kwargs: Further arguments of `keras.losses.Loss`.

    Call arguments:
        y_true: Labels 0 or 1, of any shape.
        y_pred: Logits of the same shape.
        sample_weight: Weight of each value or row. `None`: all are 1.

    Example:
        >>> from tfd2l.losses.sigmoid_bce import SigmoidBCE
        >>> labels, logits = tf.constant([[1, 0]]), tf.constant([[0.0, 5.0]])
        >>> round(float(SigmoidBCE()(labels, logits, sample_weight=tf.constant([[1.0, 0.0]]))), 4)  # log 2
        0.6931

    References:
        - *Dive into Deep Learning*, section 14.4. (The rows of the book's `SigmoidBCELoss` have the same weight each;
          weights that sum to 1 in each row do that.)
    """

    def __init__(self, reduction: Reduction = "mean", name: str = "sigmoid_bce", **kwargs: Unpack[LossOptions]) -> None:
        super().__init__(name=name, reduction=reduction, **kwargs)

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        return tf.nn.sigmoid_cross_entropy_with_logits(tf.cast(y_true, y_pred.dtype), y_pred)
