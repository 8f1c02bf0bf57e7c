"""Cross-entropy of the class of every pixel."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.ops.vision.pixels import IGNORED_CLASS


@keras.saving.register_keras_serializable(package="tfd2l")
class SegmentationCrossentropy(keras.losses.Loss):
    """Cross-entropy of the class of every pixel that counts, a mean for each image.

    - sum_p c_p log softmax(logits_p)[mask_p] / sum_p c_p,    c_p = 0 where mask_p = ignore, else 1

    So every image weighs as much, however many of its pixels count; one where none does has a loss of 0.

    Args:
        ignore: the number in a mask that is no class.

    Shapes: mask (batch, height, width), logits (batch, height, width, classes); the values are (batch,).

    Source: section 13.11 (which gives every number in a mask a class).
    """

    def __init__(self, ignore: int = IGNORED_CLASS, name: str = "segmentation_crossentropy", **kwargs: Any):
        super().__init__(name=name, **kwargs)
        self.ignore = ignore

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        mask = tf.cast(y_true, tf.int32)
        counts = mask != self.ignore
        labels = tf.where(counts, mask, 0)
        values = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, y_pred)  # (batch, height, width)
        counts = tf.cast(counts, values.dtype)
        return tf.math.divide_no_nan(tf.reduce_sum(values * counts, [1, 2]), tf.reduce_sum(counts, [1, 2]))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "ignore": self.ignore}
