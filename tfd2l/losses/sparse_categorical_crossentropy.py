"""Cross-entropy of integer labels."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.errors import ConfigError


@keras.saving.register_keras_serializable(package="tfd2l")
class SparseCategoricalCrossentropy(keras.losses.Loss):
    """Cross-entropy of integer labels, with label smoothing.

    -(1 - e) log p[label] - e mean_k log p[k], with p = softmax(logits).

    Arguments:
        label_smoothing: e in [0, 1): the share of the target that is spread over all classes. (Keras' own class of
            this name has none.)

    Shapes: labels (...), logits (..., classes); the loss is a mean over examples.

    Raises:
        ValueError: `label_smoothing` outside [0, 1).
        ConfigError: probabilities in place of labels.
    """

    def __init__(self, label_smoothing: float = 0.0, name: str = "sparse_categorical_crossentropy", **kwargs: Any):
        super().__init__(name=name, **kwargs)
        if not 0 <= label_smoothing < 1:
            raise ValueError(f"label_smoothing lies in [0, 1). Received: label_smoothing={label_smoothing}")
        self.label_smoothing = label_smoothing

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        y_true = tf.convert_to_tensor(y_true)
        if y_true.shape.rank is not None and y_true.shape.rank == y_pred.shape.rank:
            raise ConfigError(
                "loss.sparse_categorical_crossentropy takes a label for each example; with probabilities (as the "
                "stages mixup and cutmix make them) choose loss=categorical_crossentropy. "
                f"Received: labels {tuple(y_true.shape)}, logits {tuple(y_pred.shape)}"
            )
        log_p = tf.nn.log_softmax(y_pred)  # (..., classes)
        right = tf.gather(log_p, tf.cast(y_true, tf.int32), batch_dims=log_p.shape.rank - 1)  # (...)
        smooth = tf.reduce_mean(log_p, axis=-1)  # (...)
        return -(1 - self.label_smoothing) * right - self.label_smoothing * smooth

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "label_smoothing": self.label_smoothing}
