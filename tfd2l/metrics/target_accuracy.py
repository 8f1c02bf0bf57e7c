"""Share of right answers of one of several outputs."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.metrics.cross_entropy import counted


@keras.saving.register_keras_serializable(package="tfd2l")
class TargetAccuracy(keras.metrics.Mean):
    """Share of the positions that count whose largest logit stands at the label, of one of several outputs.

    Args:
        target, weights: see `cross_entropy`.
        shown_as: its name in logs.

    Shapes: labels and weights (batch, ...), logits (batch, ..., classes); sample weights (batch,).
    """

    _direction = "up"  # which way it gets better, as Keras' own metrics say it

    def __init__(
        self, target: str, weights: str | None = None, shown_as: str = "accuracy", name: str = "", **kwargs: Any
    ) -> None:
        super().__init__(name=name or shown_as, **kwargs)
        self.target = target
        self.weights_key = weights
        self.shown_as = shown_as

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: tf.Tensor | None = None) -> None:
        right = tf.argmax(y_pred[self.target], axis=-1, output_type=tf.int32) == tf.cast(y_true[self.target], tf.int32)
        super().update_state(tf.cast(right, tf.float32), counted(y_true, self.target, self.weights_key, sample_weight))

    def get_config(self) -> dict[str, Any]:
        own = {"target": self.target, "weights": self.weights_key, "shown_as": self.shown_as}
        return {**super().get_config(), **own}
