"""Cross-entropy of semantic segmentation."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.losses.base.options import ReducedLossOptions
from tfd2l.ops.vision.pixels import IGNORED_CLASS


@keras.saving.register_keras_serializable(package="tfd2l")
class SegmentationCrossentropy(keras.losses.Loss):
    """Pixel-wise cross-entropy of semantic segmentation, averaged over the pixels of each image.

    With c_p = 0 where mask_p = ignore, and 1 elsewhere:

        -sum_p c_p log softmax(logits_p)[mask_p] / sum_p c_p

    Every image has the same weight, however many of its pixels are ignored; if all are, its loss is 0.

    Args:
        ignore: Value of pixels in a mask that belong to no class. Defaults to 255, as in Pascal VOC.
        name: Name of the loss.
        **kwargs: Further arguments of `keras.losses.Loss`.

    Call arguments:
        y_true: Masks, integers of shape `(batch, height, width)`.
        y_pred: Logits of shape `(batch, height, width, classes)`.
        sample_weight: Weight of each image. `None`: all are 1.

    Example:
        >>> from tfd2l.losses.segmentation_crossentropy import SegmentationCrossentropy
        >>> mask = tf.constant([[[0, 1], [255, 255]]])
        >>> round(float(SegmentationCrossentropy()(mask, tf.zeros([1, 2, 2, 4]))), 4)  # log 4
        1.3863

    References:
        - Long et al., 2015, *Fully Convolutional Networks for Semantic Segmentation*.
        - *Dive into Deep Learning*, section 13.11 (where every value in a mask is a class).
    """

    def __init__(
        self, ignore: int = IGNORED_CLASS, name: str = "segmentation_crossentropy", **kwargs: Unpack[ReducedLossOptions]
    ):
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
