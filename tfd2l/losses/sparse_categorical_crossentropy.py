"""Cross-entropy with integer labels."""

from __future__ import annotations

from typing import Unpack

import keras
import tensorflow as tf

from tfd2l.config.ranges import ProperFraction
from tfd2l.errors import ConfigError
from tfd2l.losses.base.options import ReducedLossOptions
from tfd2l.losses.categorical_crossentropy import CategoricalCrossentropy


@keras.saving.register_keras_serializable(package="tfd2l")
class SparseCategoricalCrossentropy(CategoricalCrossentropy):
    """Cross-entropy of logits with integer labels, with label smoothing.

    With p = softmax(logits):

        -(1 - e) log p[label] - e mean_k log p[k]

    `keras.losses.SparseCategoricalCrossentropy` has no label smoothing.

    Args:
        label_smoothing: Fraction e of the target that is spread over all classes, in [0, 1). Defaults to 0.
        name: Name of the loss.
        **kwargs: Further arguments of `keras.losses.Loss`.

    Call arguments:
        y_true: Labels, integers of shape `(...)`.
        y_pred: Logits of shape `(..., classes)`.
        sample_weight: Weight of each example. `None`: all are 1.

    Raises:
        ValueError: An argument is outside its range.
        ConfigError: The targets are probabilities.

    Example:
        >>> from tfd2l.losses.sparse_categorical_crossentropy import SparseCategoricalCrossentropy
        >>> logits = tf.math.log([[0.5, 0.25, 0.25], [0.25, 0.25, 0.5]])
        >>> round(float(SparseCategoricalCrossentropy()(tf.constant([0, 0]), logits)), 4)  # (log 2 + log 4) / 2
        1.0397
    """

    def __init__(
        self,
        label_smoothing: ProperFraction = 0.0,
        name: str = "sparse_categorical_crossentropy",
        **kwargs: Unpack[ReducedLossOptions],
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
