"""Share of right answers."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


def accuracy() -> keras.metrics.Metric:
    """Share of examples whose largest logit stands at the label: labels (...), logits (..., classes).

    Where the labels are probabilities, (..., classes), as `mixup` and `cutmix` make them for training, the most
    probable class counts as the label.
    """
    return Accuracy(name="accuracy")


@keras.saving.register_keras_serializable(package="tfd2l")
class Accuracy(keras.metrics.SparseCategoricalAccuracy):
    """Keras' own, for labels that are probabilities too."""

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        labels, logits = tf.convert_to_tensor(y_true), tf.convert_to_tensor(y_pred)
        if labels.dtype.is_floating and labels.shape.rank == logits.shape.rank:
            labels = tf.argmax(labels, axis=-1, output_type=tf.int32)  # (...)
        return super().update_state(labels, logits, sample_weight=sample_weight)
