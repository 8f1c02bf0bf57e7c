"""Mean absolute error of a detector's offsets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack

import keras
import tensorflow as tf

from tfd2l.config.ranges import Fraction
from tfd2l.metrics.base.anchor_metric import AnchorMetric
from tfd2l.metrics.base.options import MetricOptions
from tfd2l.ops.vision.multibox_targets import MultiBoxTargets


@keras.saving.register_keras_serializable(package="tfd2l")
class BoxMAE(AnchorMetric):
    """Computes the mean absolute error of the offsets over all anchor boxes; that of background counts as 0.

    Args:
        iou_threshold: see the loss `multibox`.
        name: in the logs.
        kwargs: of `keras.metrics.Mean`.

    Shapes: those of the loss `multibox`; sample weights (batch,).

    Example:
        >>> from tfd2l.metrics.box_mae import BoxMAE
        >>> objects = tf.constant([[[0.0, 0.0, 0.0, 0.5, 0.5]]])  # one of class 0, in the upper left quarter
        >>> outputs = {
        ...     "anchors": tf.constant([[[0.0, 0.0, 0.5, 0.5], [0.5, 0.5, 1.0, 1.0]]]),
        ...     "classes": tf.constant([[[0.0, 9.0], [0.0, 9.0]]]),
        ...     "offsets": tf.ones([1, 2, 4]),
        ... }
        >>> metric = BoxMAE()
        >>> metric.update_state(objects, outputs)
        >>> print(f"{metric.result():.4f}")
        0.5000

    References:
        Section 13.7.2, where it is printed as "bbox mae".
    """

    def __init__(self, iou_threshold: Fraction = 0.5, name: str = "box_mae", **kwargs: Unpack[MetricOptions]) -> None:
        super().__init__(iou_threshold, name, **kwargs)

    def compute(self, targets: MultiBoxTargets, outputs: Mapping[str, tf.Tensor]) -> tf.Tensor:
        distance = tf.abs(targets.offsets - tf.cast(outputs["offsets"], tf.float32))  # (batch, anchors, 4)
        return tf.reduce_mean(distance, axis=2) * targets.mask
