"""Class loss or box loss of a detector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Unpack

import keras
import tensorflow as tf

from tfd2l.losses.multibox import Multibox
from tfd2l.metrics.base.options import MetricOptions


@keras.saving.register_keras_serializable(package="tfd2l")
class MultiboxPart(keras.metrics.Mean):
    """Computes the mean class loss or box loss of a detector, the latter before its weight.

    Args:
        part: "classes" or "boxes".
        loss: options of the loss `multibox`; in a configuration `${loss}`.
        name: in the logs; `class_loss` or `box_loss` by default.
        kwargs: of `keras.metrics.Mean`.

    Shapes: those of the loss `multibox`; sample weights (batch,).

    Example:
        >>> from tfd2l.metrics.multibox_part import MultiboxPart
        >>> objects = tf.constant([[[0.0, 0.0, 0.0, 0.5, 0.5]]])  # one of class 0, in the upper left quarter
        >>> outputs = {
        ...     "anchors": tf.constant([[[0.0, 0.0, 0.5, 0.5], [0.5, 0.5, 1.0, 1.0]]]),
        ...     "classes": tf.constant([[[0.0, 9.0], [0.0, 9.0]]]),
        ...     "offsets": tf.ones([1, 2, 4]),
        ... }
        >>> metric = MultiboxPart("boxes", {"box_loss": "l1"})
        >>> metric.update_state(objects, outputs)
        >>> print(f"{metric.name}: {metric.result():.4f}")
        box_loss: 0.5000
    """

    _direction = "down"  # which way it gets better, as Keras' own metrics say it

    def __init__(
        self,
        part: Literal["classes", "boxes"],
        loss: dict[str, Any] | None = None,
        name: str = "",
        **kwargs: Unpack[MetricOptions],
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
