"""Share of right pixels."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.ops.vision.pixels import IGNORED_CLASS


@keras.saving.register_keras_serializable(package="tfd2l")
class PixelAccuracy(keras.metrics.Mean):
    """Share of the pixels that count whose largest logit stands at their class, over all images.

    Args:
        ignore: the number in a mask that is no class.

    Shapes: mask (batch, height, width), logits (batch, height, width, classes); sample weights (batch,).

    Source: section 13.11.
    """

    _direction = "up"  # which way it gets better, as Keras' own metrics say it

    def __init__(self, ignore: int = IGNORED_CLASS, name: str = "pixel_accuracy", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.ignore = ignore

    def update_state(self, y_true: tf.Tensor, y_pred: tf.Tensor, sample_weight: tf.Tensor | None = None) -> None:
        mask = tf.cast(y_true, tf.int32)
        right = tf.argmax(y_pred, axis=-1, output_type=tf.int32) == mask
        counts = tf.cast(mask != self.ignore, tf.float32)  # (batch, height, width)
        if sample_weight is not None:
            counts *= tf.cast(sample_weight, tf.float32)[:, None, None]
        super().update_state(tf.cast(right, tf.float32), counts)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "ignore": self.ignore}
