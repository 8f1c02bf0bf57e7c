"""Cross-entropy of one of several outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf


def counted(y: Mapping[str, tf.Tensor], key: str, weights: str | None, sample_weight: tf.Tensor | None) -> tf.Tensor:
    """What counts of a target, (batch, ...): 1 where its own weight and that of its example are above 0, else 0."""
    labels = y[key]
    real = tf.ones(tf.shape(labels), tf.bool) if weights is None else y[weights] > 0
    if sample_weight is not None:
        rows = sample_weight > 0  # (batch,)
        real &= tf.reshape(rows, tf.concat([tf.shape(rows), tf.ones([labels.shape.rank - 1], tf.int32)], axis=0))
    return tf.cast(real, tf.float32)


@keras.saving.register_keras_serializable(package="tfd2l")
class CrossEntropy(keras.metrics.Mean):
    """Mean cross-entropy of one of several outputs, over all its positions that count.

    -mean log softmax(logits)[label]

    Every position counts alike, however many there are in its batch.

    Args:
        target: key of the labels in y, and of the logits among the outputs.
        weights: key in y of weights, above 0 where a position counts; None counts all.
        shown_as: its name in logs.

    Shapes: labels and weights (batch, ...), logits (batch, ..., classes); sample weights (batch,).
    """

    _direction = "down"  # which way it gets better, as Keras' own metrics say it

    def __init__(
        self, target: str, weights: str | None = None, shown_as: str = "cross_entropy", name: str = "", **kwargs: Any
    ) -> None:
        super().__init__(name=name or shown_as, **kwargs)
        self.target = target
        self.weights_key = weights
        self.shown_as = shown_as

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: tf.Tensor | None = None) -> None:
        labels, logits = tf.cast(y_true[self.target], tf.int32), tf.cast(y_pred[self.target], tf.float32)
        values = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
        super().update_state(values, counted(y_true, self.target, self.weights_key, sample_weight))

    def get_config(self) -> dict[str, Any]:
        own = {"target": self.target, "weights": self.weights_key, "shown_as": self.shown_as}
        return {**super().get_config(), **own}
