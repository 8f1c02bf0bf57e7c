"""Cross-entropy with class probabilities."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import ProperFraction
from tfd2l.losses.base.options import ReducedLossOptions


@keras.saving.register_keras_serializable(package="tfd2l")
class CategoricalCrossentropy(keras.losses.Loss):
    """Cross-entropy of logits with class probabilities or integer labels, with label smoothing.

    With p = softmax(logits), K classes, and the target q = (1 - e) y + e / K:

        -sum_k q[k] log p[k]

    The stages `mixup` and `cutmix` turn the labels of the train split into probabilities, `(batch, classes)`;
    validation and test splits keep labels, `(batch,)`. This loss takes both: targets with as many axes as the logits
    are probabilities.

    Args:
        label_smoothing: Fraction e of the target that is spread over all classes, in [0, 1). Defaults to 0.
        name: Name of the loss.
        **kwargs: Further arguments of `keras.losses.Loss`.

    Call arguments:
        y_true: Labels, integers of shape `(...)`, or probabilities of shape `(..., classes)`.
        y_pred: Logits of shape `(..., classes)`.
        sample_weight: Weight of each example. `None`: all are 1.

    Raises:
        ValueError: An argument is outside its range.

    Example:
        >>> from tfd2l.losses.categorical_crossentropy import CategoricalCrossentropy
        >>> logits = tf.math.log([[0.5, 0.25, 0.25]])
        >>> loss = CategoricalCrossentropy()
        >>> round(float(loss(tf.constant([[0.5, 0.5, 0.0]]), logits)), 4)  # (log 2 + log 4) / 2
        1.0397
        >>> round(float(loss(tf.constant([0]), logits)), 4)  # log 2
        0.6931

    References:
        - Szegedy et al., 2016, *Rethinking the Inception Architecture for Computer Vision*, for label smoothing.
    """

    @check_bounds
    def __init__(
        self,
        label_smoothing: ProperFraction = 0.0,
        name: str = "categorical_crossentropy",
        **kwargs: Unpack[ReducedLossOptions],
    ):
        super().__init__(name=name, **kwargs)
        self.label_smoothing = label_smoothing

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        log_p = tf.nn.log_softmax(y_pred)  # (..., classes)
        if y_true.shape.rank == y_pred.shape.rank:
            of_target = tf.reduce_sum(tf.cast(y_true, log_p.dtype) * log_p, axis=-1)  # (...)
        else:
            of_target = tf.gather(log_p, tf.cast(y_true, tf.int32), batch_dims=log_p.shape.rank - 1)  # (...)
        of_all = tf.reduce_mean(log_p, axis=-1)  # (...)
        return -(1 - self.label_smoothing) * of_target - self.label_smoothing * of_all

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "label_smoothing": self.label_smoothing}
