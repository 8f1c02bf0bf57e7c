"""Cross-entropy of integer labels."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import ProperFraction
from tfd2l.errors import ConfigError
from tfd2l.losses.categorical_crossentropy import CategoricalCrossentropy


@keras.saving.register_keras_serializable(package="tfd2l")
class SparseCategoricalCrossentropy(CategoricalCrossentropy):
    """Cross-entropy of integer labels, with label smoothing.

    -(1 - e) log p[label] - e mean_k log p[k], with p = softmax(logits).

    Args:
        label_smoothing: e in [0, 1): the share of the target that is spread over all classes. (Keras' own class of
            this name has none.)

    Shapes: labels (...), logits (..., classes); the loss is a mean over examples.

    Raises:
        ValueError: `label_smoothing` outside [0, 1).
        ConfigError: probabilities in place of labels.
    """

    def __init__(
        self, label_smoothing: ProperFraction = 0.0, name: str = "sparse_categorical_crossentropy", **kwargs: Any
    ):
        super().__init__(label_smoothing, name, **kwargs)

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        y_true = tf.convert_to_tensor(y_true)
        if y_true.shape.rank is not None and y_true.shape.rank == y_pred.shape.rank:
            raise ConfigError(
                "loss.sparse_categorical_crossentropy takes a label for each example; with probabilities (as the "
                "stages mixup and cutmix make them) choose loss=categorical_crossentropy. "
                f"Received: labels {tuple(y_true.shape)}, logits {tuple(y_pred.shape)}"
            )
        return super().call(y_true, y_pred)
