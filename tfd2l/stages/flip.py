"""Random flips of training images."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import Fraction
from tfd2l.stages.base import image_geometry
from tfd2l.stages.base.image_stage import RandomImageStage
from tfd2l.stages.base.stage import Examples


class Flip(RandomImageStage):
    """Flips training images at random, with their boxes and masks.

    Keras' `RandomFlip` draws from a state, so that a run could not be resumed at the same numbers.

    Args:
        horizontal: Probability that left and right change places.
        vertical: Probability that top and bottom do.

    Raises:
        ValueError: A probability outside of [0, 1].

    Example:
        >>> from tfd2l.stages.base.apply import apply
        >>> from tfd2l.stages.flip import Flip
        >>> ds = tf.data.Dataset.from_tensors({"image": [[[1], [2], [3]]]})
        >>> (flipped,) = apply([Flip(horizontal=1.0)], ds, split="train", seed=0)
        >>> flipped["image"].numpy().ravel()
        array([3, 2, 1], dtype=int32)

    References:
        - Section 13.1.
    """

    @check_bounds
    def __init__(self, horizontal: Fraction = 0.5, vertical: Fraction = 0.0) -> None:
        self.horizontal = horizontal
        self.vertical = vertical

    def draw(self, example: Examples, seed: tf.Tensor) -> Any:
        luck = tf.random.stateless_uniform([2], seed)
        return image_geometry.flip(example, luck[0] < self.horizontal, luck[1] < self.vertical)
