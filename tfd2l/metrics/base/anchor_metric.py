"""Mean over the anchor boxes of a detector."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.config.ranges import Fraction
from tfd2l.metrics.base.options import MetricOptions
from tfd2l.ops.vision.multibox_targets import MultiBoxTargets, compute_multibox_targets


class AnchorMetric(keras.metrics.Mean):
    """Mean, over images and their anchor boxes, of a number that a subclass computes for each anchor box.

    Anchor boxes are assigned to objects as in the loss `multibox`.

    Args:
        iou_threshold: see the loss `multibox`.
        name: in the logs.
        kwargs: of `keras.metrics.Mean`.

    Shapes: those of the loss `multibox`; sample weights (batch,).

    Example:
        >>> from tfd2l.metrics.base.anchor_metric import AnchorMetric
        >>> class ShareWithObject(AnchorMetric):
        ...     def compute(self, targets, outputs):
        ...         return targets.mask
        >>> objects = tf.constant([[[0.0, 0.0, 0.0, 0.5, 0.5]]])  # one of class 0, in the upper left quarter
        >>> outputs = {
        ...     "anchors": tf.constant([[[0.0, 0.0, 0.5, 0.5], [0.5, 0.5, 1.0, 1.0]]]),
        ...     "classes": tf.constant([[[0.0, 9.0], [0.0, 9.0]]]),
        ...     "offsets": tf.ones([1, 2, 4]),
        ... }
        >>> metric = ShareWithObject()
        >>> metric.update_state(objects, outputs)
        >>> print(metric.result().numpy())
        0.5
    """

    _direction = "down"  # which way it gets better, as Keras' own metrics say it

    def __init__(self, iou_threshold: Fraction = 0.5, name: str | None = None, **kwargs: Unpack[MetricOptions]) -> None:
        super().__init__(name=name, **kwargs)
        self.iou_threshold = iou_threshold

    @abstractmethod
    def compute(self, targets: MultiBoxTargets, outputs: Mapping[str, tf.Tensor]) -> tf.Tensor:
        """Returns the number of each anchor box, (batch, anchors) float32.

        Args:
            targets: class and offsets of the object that each anchor box is assigned to.
            outputs: of the model.
        """

    def update_state(
        self, y_true: tf.Tensor, y_pred: Mapping[str, tf.Tensor], sample_weight: tf.Tensor | None = None
    ) -> None:
        targets = compute_multibox_targets(tf.cast(y_pred["anchors"], tf.float32), y_true, self.iou_threshold)
        super().update_state(tf.reduce_mean(self.compute(targets, y_pred), axis=1), sample_weight)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "iou_threshold": self.iou_threshold}
