"""Base classes of stages of images."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.stages.base.random_stage import Augmentation
from tfd2l.stages.base.stage import Examples
from tfd2l.stages.base.transforms import EachExample

IMAGE, OBJECTS, MASK = "image", "objects", "mask"


class ImageStage(EachExample):
    """Base class of stages that do the same to every image; served, to a batch of images of one size.

    It moves along what belongs to the image: `objects`, (..., m, 5) with rows [class, x_min, y_min, x_max, y_max] in
    shares of its width and height, class -1 in rows of padding; and `mask`, (..., height, width), the class of
    each pixel, `IGNORED_CLASS` where none is known.
    """

    reads = (IMAGE,)
    takes_chunks = True

    def transform(self, examples: Examples) -> Examples:
        """One example, or a batch of them, after this stage; in the graph.

        Args:
            examples: `image`, (..., height, width, channels), and what belongs to it.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say what it computes")

    def each(self, example: Examples, place: tf.Tensor, seed: int) -> Any:
        return self.transform(example)

    def serve(self, examples: Examples) -> Any:
        return self.transform(examples)


class RandomImageStage(Augmentation):
    """Base class of augmentations of images."""

    reads = (IMAGE,)


def require_float(stage: str, image: tf.Tensor) -> None:
    """Checks that images are floating-point numbers, not bytes.

    Raises:
        ConfigError: The image is of bytes.
    """
    if not image.dtype.is_floating:
        raise ConfigError(
            f"stages: {stage} computes on numbers, not on bytes: put a scale_pixels before it. "
            f"Received: {image.dtype.name}"
        )


def require_channels(stage: str, image: tf.Tensor, channels: int) -> None:
    """Checks the number of channels of images.

    Raises:
        ConfigError: Another number of channels.
    """
    if image.shape[-1] != channels:
        raise ConfigError(f"stages: {stage} takes images of {channels} channels. Received: {tuple(image.shape)}")
