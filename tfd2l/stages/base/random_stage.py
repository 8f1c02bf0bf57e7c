"""What a stage is that draws random numbers."""

from __future__ import annotations

import zlib
from functools import cached_property
from typing import Any

import tensorflow as tf

from tfd2l.stages.base.stage import EachExample, Examples


class Drawing(EachExample):
    """A stage that draws random numbers for each of its examples: other ones in every epoch, the same in every run.

    The numbers are a function of (run seed, epoch, place of the example, stage) alone, so that a run can be resumed; a
    split that is not trained on is drawn once.
    """

    varies = True

    def draw(self, example: Examples, seed: tf.Tensor) -> Any:
        """One example after this stage, in the graph.

        Args:
            example: named tensors.
            seed: (2,) int64, for stateless random operations; `fold_in` it for a second one.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say what it draws")

    def each(self, example: Any, place: tf.Tensor, seed: int) -> Any:
        own = tf.constant([seed, zlib.crc32(self.stream.encode())], tf.int64)
        return self._draw(example, fold_in(own, place))

    @property
    def stream(self) -> str:
        """Whose numbers these are: stages of the same stream would draw the same."""
        return type(self).__name__

    @cached_property
    def _draw(self) -> Any:
        """A function of its own, which is traced once, not once an epoch."""
        return tf.function(self.draw, autograph=False)


class Augmentation(Drawing):
    """A stage that changes what is trained on at random: validation, test and what is served stay as they are."""

    applies_to = "train"

    @property
    def stream(self) -> str:
        """Two stages of one class with other options draw other numbers."""
        return repr(self)


def fold_in(seed: tf.Tensor, number: tf.Tensor | int) -> tf.Tensor:
    """(2,) int64: another seed for each number."""
    return tf.random.experimental.stateless_fold_in(seed, tf.cast(number, tf.int64))
