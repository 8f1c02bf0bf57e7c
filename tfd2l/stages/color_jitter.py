"""Color augmentation of training images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import NonNegativeFloat
from tfd2l.ops.vision.color_adjustments import adjust_brightness, adjust_contrast, adjust_hue, adjust_saturation
from tfd2l.stages.base.image_stage import IMAGE, RandomImageStage, require_channels, require_float
from tfd2l.stages.base.random_stage import fold_in
from tfd2l.stages.base.stage import Examples

LARGEST_HUE = 0.5  # half of the circle of colors


class ColorJitter(RandomImageStage):
    """Randomly changes brightness, contrast, saturation and hue of each training image, in a random order.

    Each is changed by a factor f, uniform in [max(0, 1 - value), 1 + value], of numbers from 0 to 1, and clipped to
    that range:

        brightness  f image
        contrast    m + f (image - m), m the mean of the image's gray
        saturation  g + f (image - g), g the image in gray
        hue         turned by a part of the circle of colors, uniform in [-value, value]

    These are the formulas of the book's frameworks. Keras' `RandomColorJitter` adds to brightness, takes contrast from
    the mean of each channel, and changes saturation and hue in another color space.

    Args:
        brightness: Largest change of the brightness; 0 leaves it.
        contrast: Largest change of the contrast; 0 leaves it.
        saturation: Largest change of the saturation; 0 leaves it.
        hue: At most 0.5; 0 leaves it.

    Raises:
        ValueError: A negative value, a hue above 0.5.
        ConfigError: The images are of bytes, or saturation and hue of images without three channels are used.

    References:
        - Section 13.1.
    """

    @check_bounds
    def __init__(
        self,
        brightness: NonNegativeFloat = 0.0,
        contrast: NonNegativeFloat = 0.0,
        saturation: NonNegativeFloat = 0.0,
        hue: NonNegativeFloat = 0.0,
    ) -> None:
        self.strengths = {"brightness": brightness, "contrast": contrast, "saturation": saturation, "hue": hue}
        if hue > LARGEST_HUE:
            raise ValueError(f"color_jitter: hue is a part of the circle, at most {LARGEST_HUE}. Received: hue={hue}")

    def draw(self, example: Examples, seed: tf.Tensor) -> Any:
        image = example[IMAGE]
        require_float("color_jitter", image)
        used = {name: value for name, value in self.strengths.items() if value > 0}
        if used.keys() & {"saturation", "hue"}:
            require_channels("color_jitter with saturation or hue", image, 3)
        luck = tf.random.stateless_uniform([len(used)], seed)  # in [0, 1)
        changes = [_change(name, value, luck[place]) for place, (name, value) in enumerate(used.items())]
        order = tf.argsort(tf.random.stateless_uniform([len(used)], fold_in(seed, 1)))
        for place in range(len(used)):
            image = _one_of(changes, order[place], image)
        return {**example, IMAGE: image}


def _change(name: str, value: float, luck: tf.Tensor) -> Callable[[tf.Tensor], tf.Tensor]:
    if name == "hue":
        return lambda image: adjust_hue(image, (2 * luck - 1) * value)
    low, high = max(0.0, 1 - value), 1 + value
    adjust = {"brightness": adjust_brightness, "contrast": adjust_contrast, "saturation": adjust_saturation}[name]
    return lambda image: adjust(image, low + (high - low) * luck)


def _one_of(changes: list[Callable[[tf.Tensor], tf.Tensor]], which: tf.Tensor, image: tf.Tensor) -> tf.Tensor:
    branches = [lambda change=change: tf.ensure_shape(change(image), image.shape) for change in changes]
    return tf.switch_case(which, branches)
