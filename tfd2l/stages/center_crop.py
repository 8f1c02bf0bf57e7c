"""Central crops of images."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.errors import ConfigError
from tfd2l.stages.base import image_geometry
from tfd2l.stages.base.image_geometry import Size
from tfd2l.stages.base.image_stage import IMAGE, ImageStage
from tfd2l.stages.base.stage import Examples


class CenterCrop(ImageStage):
    """Crops the central `height` x `width` pixels of images, with their boxes and masks.

    Boxes are cut off at the edge; those whose center is cut away are dropped (class -1). Keras' `CenterCrop` would
    resize an image that is too small, which this does not.

    Args:
        height: Pixels of the result.
        width: Pixels of the result.
        pad: Fill an image that is smaller, evenly on both sides (pixels of 0, in the mask 255); else it is an error.

    Raises:
        ValueError: A size below 1.
        ConfigError: The images are smaller; where they differ in size, `InvalidArgumentError` at the first that is.

    Example:
        >>> from tfd2l.stages.center_crop import CenterCrop
        >>> CenterCrop(2, 2).transform({"image": tf.reshape(tf.range(16), [4, 4, 1])})["image"].numpy()[..., 0]
        array([[ 5,  6],
               [ 9, 10]], dtype=int32)
    """

    @check_bounds
    def __init__(self, height: PositiveInt, width: PositiveInt, pad: bool = False) -> None:
        self.height = height
        self.width = width
        self.pad = pad
        self.fixes_size = pad  # without, smaller images are refused

    def transform(self, examples: Examples) -> Examples:
        examples = pad_to_size(examples, self.height, self.width) if self.pad else examples
        height, width = compute_padded_size("center_crop", examples, self.height, self.width)
        top, left = (height - self.height) // 2, (width - self.width) // 2
        return image_geometry.crop(examples, top, left, self.height, self.width)


def pad_to_size(examples: Examples, height: Size, width: Size) -> Examples:
    """Pads smaller images evenly on both sides to a size."""
    whole = image_geometry.get_size(examples[IMAGE])
    missing = [_missing(wanted, size) for wanted, size in zip((height, width), whole, strict=True)]
    before = [size // 2 for size in missing]
    after = [size - half for size, half in zip(missing, before, strict=True)]
    return image_geometry.pad(examples, *before, *after)


def compute_padded_size(stage: str, examples: Examples, height: Size, width: Size) -> tuple[Size, Size]:
    """Returns the size of an image from which so much can be cropped.

    Raises:
        ConfigError: It is smaller, and its size is known beforehand; else `InvalidArgumentError` when it comes.
    """
    sizes = image_geometry.get_size(examples[IMAGE])
    pixels = " x ".join(str(size) if isinstance(size, int) else "?" for size in (height, width))
    message = f"{stage}: an image is smaller than the crop of {pixels} pixels. Pad it with `pad: true`, or "
    message += "resize before. Received: "
    if all(isinstance(size, int) for size in (*sizes, height, width)):
        if sizes[0] < height or sizes[1] < width:
            raise ConfigError(f"stages.{message}{sizes[0]} x {sizes[1]} pixels")
        return sizes
    enough = tf.reduce_all(tf.stack(sizes) >= [height, width])
    with tf.control_dependencies([tf.Assert(enough, [message, *sizes])]):
        return tf.identity(sizes[0]), tf.identity(sizes[1])


def _missing(wanted: Size, size: Size) -> Size:
    known = isinstance(size, int) and isinstance(wanted, int)
    return max(wanted - size, 0) if known else tf.maximum(wanted - size, 0)
