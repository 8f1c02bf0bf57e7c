"""Resizing of images."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.stages.base import image_geometry
from tfd2l.stages.base.image_stage import IMAGE, ImageStage
from tfd2l.stages.base.stage import Examples


class Resize(ImageStage):
    """Resizes images, with their boxes and masks, to a size or until the shorter side has one.

    Either `height` x `width`, or `shorter_side`.

    Linear between pixels; where an image shrinks, over all the pixels that a new one covers (antialiased). Bytes stay
    bytes. A mask takes the nearest pixel. This is TensorFlow's `tf.image.resize`, as Keras' `Resizing` is; that one
    blurs the classes of a mask.

    Args:
        height: Pixels of the result, together with `width`; shapes are stretched if their proportion differs.
        width: Pixels of the result.
        shorter_side: Pixels of the shorter side; the proportion stays (to a pixel), so images still differ in size.

    Raises:
        ValueError: Neither or both of the two ways, or a size below 1.

    Example:
        >>> from tfd2l.stages.resize import Resize
        >>> images = {"image": tf.zeros([4, 480, 640, 3], tf.uint8)}
        >>> Resize(height=32, width=32).transform(images)["image"].shape
        TensorShape([4, 32, 32, 3])
        >>> Resize(shorter_side=48).transform(images)["image"].shape
        TensorShape([4, 48, 64, 3])
    """

    @check_bounds
    def __init__(
        self,
        height: PositiveInt | None = None,
        width: PositiveInt | None = None,
        shorter_side: PositiveInt | None = None,
    ) -> None:
        sizes = [size for size in (height, width, shorter_side) if size is not None]
        if (height is None) != (width is None) or (height is None) == (shorter_side is None) or min(sizes) < 1:
            raise ValueError(
                "resize takes height and width, or shorter_side, from 1 pixel up. "
                f"Received: height={height}, width={width}, shorter_side={shorter_side}"
            )
        self.height = height
        self.width = width
        self.shorter_side = shorter_side
        self.fixes_size = shorter_side is None

    def transform(self, examples: Examples) -> Examples:
        if self.height is not None and self.width is not None:
            return image_geometry.resize(examples, self.height, self.width)
        height, width = image_geometry.get_size(examples[IMAGE])
        if isinstance(height, int) and isinstance(width, int):
            shorter = min(height, width)
            return image_geometry.resize(examples, self._scaled(height, shorter), self._scaled(width, shorter))
        shorter = tf.minimum(height, width)
        scaled = [tf.cast(tf.round(self.shorter_side * (side / shorter)), tf.int32) for side in (height, width)]
        return image_geometry.resize(examples, *scaled)

    def _scaled(self, side: int, shorter: int) -> int:
        assert self.shorter_side is not None
        return round(self.shorter_side * (side / shorter))
