"""Mean intersection over union of a segmentation."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.data.info import DataInfo
from tfd2l.metrics.base.options import MetricOptions
from tfd2l.metrics.base.pixel_weights import weigh_pixels
from tfd2l.ops.vision.confusion_matrix import compute_class_iou, compute_confusion_matrix
from tfd2l.ops.vision.pixels import IGNORED_CLASS


@keras.saving.register_keras_serializable(package="tfd2l")
class MeanIoU(keras.metrics.Metric):
    """Computes the mean over classes of the intersection over union, each over all images.

    IoU_k = |pixels of class k predicted as k| / |pixels of class k, or predicted as k|

    A class that occurs in no mask and in no prediction does not count. The state is the confusion matrix, a sum over
    pixels, so that batches and replicas are added up.

    Args:
        num_classes: classes of the logits.
        ignore: value of the pixels of a mask that have no class; they do not count.
        name: in the logs.
        kwargs: of `keras.metrics.Metric`.

    Shapes: mask (batch, height, width), logits (batch, height, width, classes); sample weights (batch,).

    Example:
        >>> from tfd2l.metrics.mean_iou import MeanIoU
        >>> metric = MeanIoU(num_classes=2)
        >>> metric.update_state([[[0, 1]]], [[[[2.0, 1.0], [2.0, 1.0]]]])
        >>> print(metric.result().numpy())  # the mean of 1/2 and 0
        0.25

    References:
        Long et al. 2015, *Fully Convolutional Networks for Semantic Segmentation*.
    """

    _direction = "up"  # which way it gets better, as Keras' own metrics say it

    def __init__(
        self, num_classes: int, ignore: int = IGNORED_CLASS, name: str = "mean_iou", **kwargs: Unpack[MetricOptions]
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.num_classes = num_classes
        self.ignore = ignore
        self.confusion_matrix = self.add_weight(
            shape=(num_classes, num_classes), initializer="zeros", name="confusions"
        )

    def update_state(self, y_true: tf.Tensor, y_pred: tf.Tensor, sample_weight: tf.Tensor | None = None) -> None:
        mask = tf.cast(y_true, tf.int32)
        weights = weigh_pixels(mask, self.ignore, sample_weight)
        predicted = tf.argmax(y_pred, axis=-1, output_type=tf.int32)
        self.confusion_matrix.assign_add(compute_confusion_matrix(mask, predicted, self.num_classes, weights))

    def result(self) -> tf.Tensor:
        iou = compute_class_iou(tf.convert_to_tensor(self.confusion_matrix))  # (classes,)
        occurs = ~tf.math.is_nan(iou)
        total = tf.reduce_sum(tf.where(occurs, iou, 0.0))
        return tf.math.divide_no_nan(total, tf.reduce_sum(tf.cast(occurs, tf.float32)))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "num_classes": self.num_classes, "ignore": self.ignore}


def mean_iou(data: DataInfo, ignore: int = IGNORED_CLASS) -> MeanIoU:
    """Computes the mean over classes of the intersection over union, each over all images.

    IoU_k = |pixels of class k predicted as k| / |pixels of class k, or predicted as k|. A class that occurs in no mask
    and in no prediction does not count.

    Args:
        data: its class names are the classes.
        ignore: value of the pixels of a mask that have no class; they do not count.

    Example:
        >>> from tfd2l.data.info import DataInfo
        >>> from tfd2l.metrics.mean_iou import mean_iou
        >>> data = DataInfo(("image",), {}, {}, "embedded", "0", class_names=("sky", "sea"))
        >>> mean_iou(data).num_classes
        2

    References:
        Long et al. 2015, *Fully Convolutional Networks for Semantic Segmentation*.
    """
    return MeanIoU(len(data.class_names), ignore)
