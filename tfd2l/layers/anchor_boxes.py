"""Anchor boxes of a feature map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfd2l.ops.vision.anchors import count_anchors_per_pixel, generate_anchors


@keras.saving.register_keras_serializable(package="tfd2l")
class AnchorBoxes(keras.layers.Layer):
    """The anchor boxes around every pixel of a feature map; nothing is learned.

    Args:
        sizes, ratios: see `tfd2l.ops.vision.anchors.generate_anchors`.

    Input: (batch, height, width, channels), of which the size alone counts.
    Output: (batch, height width (n + m - 1), 4) float32 corner boxes in shares of the image.
    """

    def __init__(self, sizes: Sequence[float], ratios: Sequence[float], **kwargs: Any) -> None:
        super().__init__(dtype="float32", **{key: value for key, value in kwargs.items() if key != "dtype"})
        self.sizes = list(sizes)
        self.ratios = list(ratios)

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        _, height, width, _ = inputs.shape
        boxes = generate_anchors(height, width, self.sizes, self.ratios)
        return tf.tile(boxes[tf.newaxis], [tf.shape(inputs)[0], 1, 1])

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        batch, height, width, _ = input_shape
        assert height is not None
        assert width is not None
        return batch, height * width * count_anchors_per_pixel(self.sizes, self.ratios), 4

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "sizes": self.sizes, "ratios": self.ratios}
