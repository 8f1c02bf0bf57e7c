"""How far a detector's offsets are off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import Fraction
from tfd2l.metrics.base.anchor_metric import AnchorMetric
from tfd2l.ops.vision.multibox_targets import MultiBoxTargets


@keras.saving.register_keras_serializable(package="tfd2l")
class BoxMAE(AnchorMetric):
    """Mean absolute error of the offsets, over all anchor boxes; that of background counts as 0.

    Args:
        iou_threshold: see the loss `multibox`.

    Shapes: those of the loss `multibox`; sample weights (batch,).

    Source: section 13.7.2, printed as "bbox mae".
    """

    def __init__(self, iou_threshold: Fraction = 0.5, name: str = "box_mae", **kwargs: Any) -> None:
        super().__init__(iou_threshold, name, **kwargs)

    def of_anchors(self, targets: MultiBoxTargets, outputs: Mapping[str, tf.Tensor]) -> tf.Tensor:
        distance = tf.abs(targets.offsets - tf.cast(outputs["offsets"], tf.float32))  # (batch, anchors, 4)
        return tf.reduce_mean(distance, axis=2) * targets.mask
