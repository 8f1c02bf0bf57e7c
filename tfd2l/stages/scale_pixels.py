"""Pixels as numbers from 0 to 1."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.ops.vision.pixels import MAX_PIXEL_VALUE
from tfd2l.stages.base.image_stage import ImageStage
from tfd2l.stages.base.stage import Examples


class ScalePixels(ImageStage):
    """Scales the pixels of images from 0 to 255 to 0 to 1: float32, image / 255.

    Args:
        key: The image, (..., channels) uint8.

    Raises:
        ConfigError: When it meets an image that is not of bytes (has been scaled already).

    Example:
        >>> from tfd2l.stages.scale_pixels import ScalePixels
        >>> ScalePixels().transform({"image": tf.constant([[[0], [51], [255]]], tf.uint8)})["image"].numpy().ravel()
        array([0. , 0.2, 1. ], dtype=float32)
    """

    def __init__(self, key: str = "image") -> None:
        self.key = key
        self.reads = (key,)

    def transform(self, examples: Examples) -> Examples:
        image = examples[self.key]
        if image.dtype != tf.uint8:
            raise ConfigError(
                f"scale_pixels: {self.key!r} is not of bytes (0 to 255); was it scaled before? "
                f"Received: {image.dtype.name}"
            )
        return {**examples, self.key: tf.cast(image, tf.float32) / MAX_PIXEL_VALUE}
