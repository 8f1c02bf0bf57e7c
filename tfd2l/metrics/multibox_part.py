"""One of the two losses that a detector's loss is the sum of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import keras
import tensorflow as tf

from tfd2l.losses.multibox import Multibox


@keras.saving.register_keras_serializable(package="tfd2l")
class MultiboxPart(keras.metrics.Mean):
    """Mean loss of the classes or of the boxes alone, the latter before its weight: `class_loss` or `box_loss`.

    Args:
        part: "classes" or "boxes".
        loss: options of the loss `multibox`; in a configuration `${loss}`.

    Shapes: those of the loss `multibox`; sample weights (batch,).
    """

    _direction = "down"  # which way it gets better, as Keras' own metrics say it

    def __init__(
        self, part: Literal["classes", "boxes"], loss: dict[str, Any] | None = None, name: str = "", **kwargs: Any
    ) -> None:
        super().__init__(name=name or {"classes": "class_loss", "boxes": "box_loss"}[part], **kwargs)
        self.part = part
        self.loss = dict(loss or {})
        self._multibox = Multibox(**{key: value for key, value in self.loss.items() if key != "name"})

    def update_state(
        self, y_true: tf.Tensor, y_pred: Mapping[str, tf.Tensor], sample_weight: tf.Tensor | None = None
    ) -> None:
        classes, boxes = self._multibox.compute_parts(y_true, y_pred)
        super().update_state(classes if self.part == "classes" else boxes, sample_weight)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "part": self.part, "loss": self.loss}
