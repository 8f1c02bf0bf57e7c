"""What metrics of a detector's anchor boxes have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import Fraction
from tfd2l.ops.vision.multibox_targets import MultiBoxTargets, compute_multibox_targets


class AnchorMetric(keras.metrics.Mean):
    """The mean, over pictures and their anchor boxes, of a number each, once every anchor is assigned to its object.

    Args:
        iou_threshold: see the loss `multibox`.

    Shapes: those of the loss `multibox`; sample weights (batch,).
    """

    _direction = "down"  # which way it gets better, as Keras' own metrics say it

    def __init__(self, iou_threshold: Fraction = 0.5, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.iou_threshold = iou_threshold

    @abstractmethod
    def of_anchors(self, targets: MultiBoxTargets, outputs: Mapping[str, tf.Tensor]) -> tf.Tensor:
        """(batch, anchors) float32, of which the metric is the mean."""

    def update_state(
        self, y_true: tf.Tensor, y_pred: Mapping[str, tf.Tensor], sample_weight: tf.Tensor | None = None
    ) -> None:
        targets = compute_multibox_targets(tf.cast(y_pred["anchors"], tf.float32), y_true, self.iou_threshold)
        super().update_state(tf.reduce_mean(self.of_anchors(targets, y_pred), axis=1), sample_weight)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "iou_threshold": self.iou_threshold}
