"""Anchor boxes of a feature map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.layers.options import LayerOptions
from tfd2l.ops.vision.anchors import count_anchors_per_pixel, generate_anchors


@keras.saving.register_keras_serializable(package="tfd2l")
class AnchorBoxes(keras.layers.Layer):
    """Generates the anchor boxes that are centred on each pixel of a feature map.

    The layer has no weights. Every pixel has `len(sizes) + len(ratios) - 1` boxes.

    Args:
        sizes: Scales of the boxes, as fractions of the image.
        ratios: Aspect ratios of the boxes, width over height.
        **kwargs: Arguments of `keras.layers.Layer`; the output is float32 whatever `dtype` says.

    Call arguments:
        inputs: Feature map of shape `(batch, height, width, channels)`, of which only the shape is used.

    Returns:
        A float32 tensor of shape `(batch, height * width * boxes_per_pixel, 4)`: corners (x1, y1, x2, y2) in normalized
        coordinates.

    Example:
        >>> from tfd2l.layers.anchor_boxes import AnchorBoxes
        >>> boxes = AnchorBoxes(sizes=[0.5], ratios=[1.0, 2.0])(tf.zeros([1, 1, 1, 8]))
        >>> boxes.numpy()
        array([[[0.25  , 0.25  , 0.75  , 0.75  ],
                [0.1464, 0.3232, 0.8536, 0.6768]]], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 13.4.
    """

    def __init__(self, sizes: Sequence[float], ratios: Sequence[float], **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(dtype="float32", **{key: value for key, value in kwargs.items() if key != "dtype"})
        self.sizes = list(sizes)
        self.ratios = list(ratios)

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        _, height, width, _ = inputs.shape
        boxes = generate_anchors(height, width, self.sizes, self.ratios)  # (anchors, 4)
        return tf.tile(boxes[tf.newaxis], [tf.shape(inputs)[0], 1, 1])  # (batch, anchors, 4)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        batch, height, width, _ = input_shape
        assert height is not None
        assert width is not None
        return batch, height * width * count_anchors_per_pixel(self.sizes, self.ratios), 4

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "sizes": self.sizes, "ratios": self.ratios}
