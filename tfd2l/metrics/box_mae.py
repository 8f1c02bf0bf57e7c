"""How far a detector's offsets are off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from tfd2l.ops.multibox_targets import multibox_targets


@keras.saving.register_keras_serializable(package="tfd2l")
class BoxMAE(keras.metrics.Mean):
    """Mean absolute error of the offsets, over all anchor boxes; that of background counts as 0.

    Arguments:
        iou_threshold: see the loss `multibox`.

    Shapes: those of the loss `multibox`; sample weights (batch,).

    Source: section 13.7.2, printed as "bbox mae".
    """

    def __init__(self, iou_threshold: float = 0.5, name: str = "box_mae", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.iou_threshold = iou_threshold

    def update_state(
        self, y_true: tf.Tensor, y_pred: Mapping[str, tf.Tensor], sample_weight: tf.Tensor | None = None
    ) -> None:
        targets = multibox_targets(tf.cast(y_pred["anchors"], tf.float32), y_true, self.iou_threshold)
        distance = tf.abs(targets.offsets - tf.cast(y_pred["offsets"], tf.float32))  # (batch, anchors, 4)
        values = tf.reduce_mean(distance, axis=2) * targets.mask  # (batch, anchors)
        super().update_state(tf.reduce_mean(values, axis=1), sample_weight)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "iou_threshold": self.iou_threshold}
