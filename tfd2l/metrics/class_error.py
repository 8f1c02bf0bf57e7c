"""How often a detector takes an anchor box for something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from tfd2l.ops.multibox_targets import multibox_targets


@keras.saving.register_keras_serializable(package="tfd2l")
class ClassError(keras.metrics.Mean):
    """Share of anchor boxes whose likeliest class is not the right one, background included.

    Most anchors are background, so that a detector that finds nothing has a low error too.

    Arguments:
        iou_threshold: see the loss `multibox`.

    Shapes: those of the loss `multibox`; sample weights (batch,).

    Source: section 13.7.2, printed as "class err".
    """

    def __init__(self, iou_threshold: float = 0.5, name: str = "class_error", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.iou_threshold = iou_threshold

    def update_state(
        self, y_true: tf.Tensor, y_pred: Mapping[str, tf.Tensor], sample_weight: tf.Tensor | None = None
    ) -> None:
        targets = multibox_targets(tf.cast(y_pred["anchors"], tf.float32), y_true, self.iou_threshold)
        wrong = tf.argmax(y_pred["classes"], axis=-1, output_type=tf.int32) != targets.classes  # (batch, anchors)
        super().update_state(tf.reduce_mean(tf.cast(wrong, tf.float32), axis=1), sample_weight)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "iou_threshold": self.iou_threshold}
