"""How often a detector takes an anchor box for something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import Fraction
from tfd2l.metrics.base.anchor_metric import AnchorMetric
from tfd2l.ops.vision.multibox_targets import MultiBoxTargets


@keras.saving.register_keras_serializable(package="tfd2l")
class ClassError(AnchorMetric):
    """Share of anchor boxes whose likeliest class is not the right one, background included.

    Most anchors are background, so that a detector that finds nothing has a low error too.

    Args:
        iou_threshold: see the loss `multibox`.

    Shapes: those of the loss `multibox`; sample weights (batch,).

    Source: section 13.7.2, printed as "class err".
    """

    def __init__(self, iou_threshold: Fraction = 0.5, name: str = "class_error", **kwargs: Any) -> None:
        super().__init__(iou_threshold, name, **kwargs)

    def of_anchors(self, targets: MultiBoxTargets, outputs: Mapping[str, tf.Tensor]) -> tf.Tensor:
        wrong = tf.argmax(outputs["classes"], axis=-1, output_type=tf.int32) != targets.classes  # (batch, anchors)
        return tf.cast(wrong, tf.float32)
