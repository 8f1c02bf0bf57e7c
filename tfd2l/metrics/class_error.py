"""Classification error of a detector's anchor boxes."""

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
class ClassError(AnchorMetric):
    """Computes the share of anchor boxes whose most probable class is wrong, background included.

    Most anchor boxes are background, so that a detector that finds nothing has a low error too.

    Args:
        iou_threshold: see the loss `multibox`.
        name: in the logs.
        kwargs: of `keras.metrics.Mean`.

    Shapes: those of the loss `multibox`; sample weights (batch,).

    Example:
        >>> from tfd2l.metrics.class_error import ClassError
        >>> objects = tf.constant([[[0.0, 0.0, 0.0, 0.5, 0.5]]])  # one of class 0, in the upper left quarter
        >>> outputs = {
        ...     "anchors": tf.constant([[[0.0, 0.0, 0.5, 0.5], [0.5, 0.5, 1.0, 1.0]]]),
        ...     "classes": tf.constant([[[0.0, 9.0], [0.0, 9.0]]]),
        ...     "offsets": tf.ones([1, 2, 4]),
        ... }
        >>> metric = ClassError()
        >>> metric.update_state(objects, outputs)  # the second anchor box is background
        >>> print(metric.result().numpy())
        0.5

    References:
        Section 13.7.2, where it is printed as "class err".
    """

    def __init__(
        self, iou_threshold: Fraction = 0.5, name: str = "class_error", **kwargs: Unpack[MetricOptions]
    ) -> None:
        super().__init__(iou_threshold, name, **kwargs)

    def compute(self, targets: MultiBoxTargets, outputs: Mapping[str, tf.Tensor]) -> tf.Tensor:
        wrong = tf.argmax(outputs["classes"], axis=-1, output_type=tf.int32) != targets.classes  # (batch, anchors)
        return tf.cast(wrong, tf.float32)
