"""Normalization of color channels."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfd2l.data.facts.standardization import Standardization, add_statistics
from tfd2l.data.info import DataInfo
from tfd2l.ops.vision.pixels import IMAGENET_MEAN, IMAGENET_STD
from tfd2l.stages.base.image_stage import IMAGE, ImageStage, require_channels, require_float
from tfd2l.stages.base.stage import Examples


class NormalizeChannels(ImageStage):
    """Normalizes the color channels of images by (value - mean) / std.

    As Keras' `Normalization` does; this one provides the fact `Standardization`, so that reports can draw the image.

    Args:
        mean: The mean of each channel, of pixels from 0 to 1. None takes ImageNet's, [0.485, 0.456, 0.406], which
            weights pretrained on it expect.
        std: The standard deviation of each channel. None takes ImageNet's, [0.229, 0.224, 0.225].

    Raises:
        ValueError: Not as many of one as of the other, or a deviation that is not positive.
        ConfigError: The images are of bytes, or have other channels.

    References:
        - Section 13.2.
    """

    provides = (Standardization,)

    def __init__(self, mean: list[float] | None = None, std: list[float] | None = None) -> None:
        self.mean = np.asarray(IMAGENET_MEAN if mean is None else mean, np.float32)
        self.std = np.asarray(IMAGENET_STD if std is None else std, np.float32)
        if self.mean.shape != self.std.shape or not np.all(self.std > 0):
            raise ValueError(
                "mean and std have a number for each channel, std positive ones. "
                f"Received: mean={self.mean.tolist()}, std={self.std.tolist()}"
            )

    def bind(self, info: DataInfo) -> DataInfo:
        return add_statistics(info, {IMAGE: (self.mean, self.std)})

    def transform(self, examples: Examples) -> Examples:
        image = examples[IMAGE]
        require_float("normalize_channels", image)
        require_channels("normalize_channels", image, len(self.mean))
        return {**examples, IMAGE: (image - tf.constant(self.mean)) / tf.constant(self.std)}
