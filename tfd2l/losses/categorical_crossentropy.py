"""Cross-entropy of probabilities."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import ProperFraction


@keras.saving.register_keras_serializable(package="tfd2l")
class CategoricalCrossentropy(keras.losses.Loss):
    """Cross-entropy of probabilities over the classes, or of integer labels, with label smoothing.

    -sum_k q[k] log p[k], with p = softmax(logits) and q = (1 - e) y + e / K.

    The stages `mixup` and `cutmix` make probabilities of the labels to train on, (batch, classes); validation and test
    keep theirs, (batch,). This loss takes either: what has as many axes as the logits are probabilities.

    Args:
        label_smoothing: e in [0, 1): the share of the target that is spread over all classes.

    Shapes: labels (...) or (..., classes), logits (..., classes); the loss is a mean over examples.

    Raises:
        ValueError: `label_smoothing` outside [0, 1).
    """

    def __init__(self, label_smoothing: ProperFraction = 0.0, name: str = "categorical_crossentropy", **kwargs: Any):
        super().__init__(name=name, **kwargs)
        if not 0 <= label_smoothing < 1:
            raise ValueError(f"label_smoothing lies in [0, 1). Received: label_smoothing={label_smoothing}")
        self.label_smoothing = label_smoothing

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        log_p = tf.nn.log_softmax(y_pred)  # (..., classes)
        if y_true.shape.rank == y_pred.shape.rank:
            wanted = tf.reduce_sum(tf.cast(y_true, log_p.dtype) * log_p, axis=-1)  # (...)
        else:
            wanted = tf.gather(log_p, tf.cast(y_true, tf.int32), batch_dims=log_p.shape.rank - 1)  # (...)
        smooth = tf.reduce_mean(log_p, axis=-1)  # (...)
        return -(1 - self.label_smoothing) * wanted - self.label_smoothing * smooth

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "label_smoothing": self.label_smoothing}
