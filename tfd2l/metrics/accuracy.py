"""Accuracy of a classifier."""

from __future__ import annotations

import keras
import tensorflow as tf


def accuracy() -> Accuracy:
    """Computes how often the class with the largest logit is the label.

    Labels may be probabilities too, as `mixup` and `cutmix` make them for training: the most probable class counts as
    the label.

    Shapes: labels (...) integers, or (..., classes) probabilities; logits (..., classes).

    Example:
        >>> from tfd2l.metrics.accuracy import accuracy
        >>> metric = accuracy()
        >>> metric.update_state([1, 0], [[0.5, 2.0], [0.0, 1.0]])
        >>> print(metric.result().numpy())
        0.5
    """
    return Accuracy(name="accuracy")


@keras.saving.register_keras_serializable(package="tfd2l")
class Accuracy(keras.metrics.SparseCategoricalAccuracy):
    """Keras' `SparseCategoricalAccuracy`, for labels that are probabilities too.

    Example:
        >>> from tfd2l.metrics.accuracy import Accuracy
        >>> metric = Accuracy()
        >>> metric.update_state([[0.3, 0.7]], [[0.5, 2.0]])
        >>> print(metric.result().numpy())
        1.0
    """

    def update_state(
        self, y_true: tf.Tensor, y_pred: tf.Tensor, sample_weight: tf.Tensor | None = None
    ) -> tf.Tensor | None:
        labels, logits = tf.convert_to_tensor(y_true), tf.convert_to_tensor(y_pred)
        if labels.dtype.is_floating and labels.shape.rank == logits.shape.rank:
            labels = tf.argmax(labels, axis=-1, output_type=tf.int32)  # (...)
        return super().update_state(labels, logits, sample_weight=sample_weight)
