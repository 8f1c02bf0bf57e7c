"""Mean intersection over union of the classes."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.data.info import DataInfo
from tfd2l.ops.vision.confusion_matrix import compute_class_iou, compute_confusion_matrix
from tfd2l.ops.vision.pixels import IGNORED_CLASS


@keras.saving.register_keras_serializable(package="tfd2l")
class MeanIoU(keras.metrics.Metric):
    """Mean intersection over union: of each class over all images, then over the classes.

    IoU_k = |pixels of k taken for k| / |pixels of k, or taken for k|

    A class that is in no image and that no pixel is taken for does not count. The state is the matrix of confusions,
    a sum over pixels, so that batches and replicas are added up.

    Args:
        num_classes: classes of the logits.
        ignore: the number in a mask that is no class.

    Shapes: mask (batch, height, width), logits (batch, height, width, classes); sample weights (batch,).
    """

    _direction = "up"  # which way it gets better, as Keras' own metrics say it

    def __init__(self, num_classes: int, ignore: int = IGNORED_CLASS, name: str = "mean_iou", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.num_classes = num_classes
        self.ignore = ignore
        self.counted = self.add_weight(shape=(num_classes, num_classes), initializer="zeros", name="confusions")

    def update_state(self, y_true: tf.Tensor, y_pred: tf.Tensor, sample_weight: tf.Tensor | None = None) -> None:
        mask = tf.cast(y_true, tf.int32)
        counts = tf.cast(mask != self.ignore, tf.float32)  # (batch, height, width)
        if sample_weight is not None:
            counts *= tf.cast(sample_weight, tf.float32)[:, None, None]
        predicted = tf.argmax(y_pred, axis=-1, output_type=tf.int32)
        self.counted.assign_add(compute_confusion_matrix(mask, predicted, self.num_classes, counts))

    def result(self) -> tf.Tensor:
        of_class = compute_class_iou(tf.convert_to_tensor(self.counted))  # (classes,)
        there = ~tf.math.is_nan(of_class)
        total = tf.reduce_sum(tf.where(there, of_class, 0.0))
        return tf.math.divide_no_nan(total, tf.reduce_sum(tf.cast(there, tf.float32)))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "num_classes": self.num_classes, "ignore": self.ignore}


def mean_iou(data: DataInfo, ignore: int = IGNORED_CLASS) -> MeanIoU:
    """Mean intersection over union of the classes, over all images.

    IoU_k = |pixels of k taken for k| / |pixels of k, or taken for k|; a class that is in no image and is never
    predicted does not count.

    Args:
        data: its class names are the classes.
        ignore: the number in a mask that is no class.

    Source: Long et al. 2015, *Fully Convolutional Networks for Semantic Segmentation*.
    """
    return MeanIoU(len(data.class_names), ignore)
