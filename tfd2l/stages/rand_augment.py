"""RandAugment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import Fraction, PositiveInt
from tfd2l.errors import ConfigError, listing
from tfd2l.ops.vision.image_operations import OPERATIONS, Operation
from tfd2l.stages.base.image_stage import IMAGE, MASK, OBJECTS, RandomImageStage, require_float
from tfd2l.stages.base.random_stage import fold_in
from tfd2l.stages.base.stage import Examples


class RandAugment(RandomImageStage):
    """Applies a few random operations out of fourteen to each training image, all of one magnitude.

    Identity; shear and translation along each axis, rotation; brightness, color, contrast, sharpness; posterize,
    solarize, autocontrast, equalize. At the largest magnitude a shear slides by 0.3, a translation goes over 150/331 of
    the side, a rotation over 30 degrees, the four factors are 1 +- 0.9, and 4 of 8 bits are left; which way is drawn.
    What comes in from outside is gray.

    All in `tfd2l.ops.vision.image_operations`: Keras' and KerasCV's `RandAugment` compute every operation of every
    image to keep one, draw from a state, and want other ranges of numbers.

    Args:
        num_ops: Operations an image, one after the other.
        magnitude: 0 to 1, a share of the largest: the paper's M of 30 is M / 30.

    Raises:
        ValueError: Fewer than one operation, a magnitude outside of [0, 1].
        ConfigError: Images of bytes; or examples with boxes or a mask, which it would not move along.

    References:
        - Cubuk et al. 2020, *RandAugment: Practical Automated Data Augmentation with a Reduced Search Space*.
    """

    @check_bounds
    def __init__(self, num_ops: PositiveInt = 2, magnitude: Fraction = 0.3) -> None:
        self.num_ops = num_ops
        self.magnitude = magnitude

    def draw(self, example: Examples, seed: tf.Tensor) -> Any:
        image = example[IMAGE]
        require_float("rand_augment", image)
        fixed = [key for key in (OBJECTS, MASK) if key in example]
        if fixed:
            raise ConfigError(
                "stages: rand_augment is for classification; it would move the image and not what belongs to it. Take "
                f"flip, random_resized_crop and color_jitter. Received: {listing(fixed)}"
            )
        which = tf.random.stateless_uniform([self.num_ops], seed, maxval=len(OPERATIONS), dtype=tf.int32)
        signs = tf.random.stateless_uniform([self.num_ops], fold_in(seed, 1), maxval=2, dtype=tf.int32)
        strengths = self.magnitude * tf.cast(2 * signs - 1, tf.float32)  # (num_ops,)
        for place in range(self.num_ops):
            image = _apply(which[place], image, strengths[place])
        return {**example, IMAGE: image}


def _apply(which: tf.Tensor, image: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
    def branch(operation: Operation) -> Callable[[], tf.Tensor]:
        return lambda: tf.ensure_shape(operation(image, strength), image.shape)

    return tf.switch_case(which, [branch(operation) for operation in OPERATIONS.values()])
