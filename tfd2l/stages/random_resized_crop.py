"""Random crops of training images, resized to one size."""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.ops.vision.random_window import sample_window
from tfd2l.stages.base import image_geometry
from tfd2l.stages.base.image_stage import IMAGE, RandomImageStage
from tfd2l.stages.base.stage import Examples


class RandomResizedCrop(RandomImageStage):
    """Crops a random window of each training image and resizes it, with its boxes and mask.

    So objects appear at other sizes and places.

    How much of the image, and how wide for its height, is drawn (see `tfd2l.ops.vision.random_window`). Boxes are cut
    off at the edge; those whose center is cut away, or of which nothing is left, are dropped (class -1). The mask is
    cropped alike and takes the nearest pixels. KerasCV's `RandomCropAndResize` draws its part between two corners,
    which need not lie inside the image, and from a state.

    Args:
        height: Pixels of the result; None takes the image's own height.
        width: Pixels of the result; None takes the image's own width.
        area: [least, largest] share of the image.
        ratio: [least, largest] width / height of the part; as likely above 1 as below, if they are symmetrical.

    Raises:
        ValueError: A size below 1; bounds that are not positive or not in order; an area above 1.

    References:
        - Section 13.1, with 200 x 200 pixels, area 0.1 to 1, ratio 0.5 to 2.
    """

    @check_bounds
    def __init__(
        self,
        height: PositiveInt | None = None,
        width: PositiveInt | None = None,
        area: tuple[float, float] = (0.1, 1.0),
        ratio: tuple[float, float] = (0.5, 2.0),
    ) -> None:
        for name, (least, largest), limit in (("area", area, 1), ("ratio", ratio, math.inf)):
            if not 0 < least <= largest <= limit:
                raise ValueError(
                    f"{name} is [least, largest], above 0 and at most {limit}. Received: {name}={[least, largest]}"
                )
        self.height = height
        self.width = width
        self.area = area
        self.ratio = ratio

    def draw(self, example: Examples, seed: tf.Tensor) -> Any:
        own_height, own_width = image_geometry.get_size(example[IMAGE])
        window = sample_window(own_height, own_width, self.area, self.ratio, seed)
        part = image_geometry.crop(example, *tf.unstack(window))
        height = own_height if self.height is None else self.height
        return image_geometry.resize(part, height, own_width if self.width is None else self.width)
