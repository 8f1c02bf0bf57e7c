"""Random crops of training images."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import NonNegativeInt, PositiveInt
from tfd2l.stages.base import image_geometry
from tfd2l.stages.base.image_stage import IMAGE, RandomImageStage
from tfd2l.stages.base.random_stage import fold_in
from tfd2l.stages.base.stage import Examples
from tfd2l.stages.center_crop import compute_padded_size, pad_to_size


class RandomCrop(RandomImageStage):
    """Crops `height` x `width` pixels at a random place of each training image, with its boxes and mask.

    Every place is as likely. Boxes are cut off at the edge; those whose center is cut away are dropped (class -1).
    Keras' `RandomCrop` resizes images that are too small and crops a batch at one place; this one does neither.

    Args:
        height: Pixels; None takes the image's own height, which makes sense with a padding.
        width: Pixels; None takes the image's own width.
        padding: Pixels that are added on each side first (32 x 32 with 4: the usual augmentation of CIFAR-10).
        pad: Pad an image that is smaller evenly on both sides; else it is an error. The padding is 0, in the mask
            255 (ignored).

    Raises:
        ValueError: A size below 1, or a negative padding.
        ConfigError: The images are smaller; where they differ in size, `InvalidArgumentError` at the first that is.

    References:
        - Section 13.9.
    """

    @check_bounds
    def __init__(
        self,
        height: PositiveInt | None = None,
        width: PositiveInt | None = None,
        padding: NonNegativeInt = 0,
        pad: bool = False,
    ) -> None:
        self.height = height
        self.width = width
        self.padding = padding
        self.pad = pad

    def draw(self, example: Examples, seed: tf.Tensor) -> Any:
        own_height, own_width = image_geometry.get_size(example[IMAGE])
        crop_height = own_height if self.height is None else self.height
        crop_width = own_width if self.width is None else self.width
        if self.padding:
            example = image_geometry.pad(example, *[self.padding] * 4)
        if self.pad:
            example = pad_to_size(example, crop_height, crop_width)
        height, width = compute_padded_size("random_crop", example, crop_height, crop_width)
        places = []
        for axis, room in enumerate((height - crop_height, width - crop_width)):
            own = fold_in(seed, axis)
            places.append(tf.random.stateless_uniform([], own, maxval=room + 1, dtype=tf.int32))
        top, left = places
        return image_geometry.crop(example, top, left, crop_height, crop_width)
