"""Base classes of stages that draw random numbers."""

from __future__ import annotations

import zlib
from functools import cached_property
from typing import Any

import tensorflow as tf

from tfd2l.stages.base.stage import Examples
from tfd2l.stages.base.transforms import EachExample


class RandomStage(EachExample):
    """Base class of stages that draw random numbers for each example: others in every epoch, the same in every run.

    The numbers are a function of the run's seed, the epoch, the place of the example and the stage's label in the
    configuration (`stages.flip`) alone. So a resumed run draws what the whole run would have, and neither the order of
    a stage's options nor a default that is spelled out changes a draw. A split that is not trained on is drawn once.
    """

    varies = True

    def draw(self, example: Examples, seed: tf.Tensor) -> Any:
        """Computes one example after this stage, in the graph.

        Args:
            example: Named tensors.
            seed: (2,) int64, for stateless random operations; `fold_in` it for a second one.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say what it draws")

    def each(self, example: Examples, place: tf.Tensor, seed: int) -> Any:
        own = tf.constant([seed, zlib.crc32(self.stream.encode())], tf.int64)
        return self._draw(example, fold_in(own, place))

    @property
    def stream(self) -> str:
        """The name of its random numbers: its label, or its class and options outside of a configuration."""
        return self.label or repr(self)

    @cached_property
    def _draw(self) -> Any:
        """A function of its own, which is traced once, not once an epoch."""
        return tf.function(self.draw, autograph=False)


class Augmentation(RandomStage):
    """Base class of data augmentation: it changes training examples alone, not validation, test or what is served."""

    applies_to = "train"


def fold_in(seed: tf.Tensor, number: tf.Tensor | int) -> tf.Tensor:
    """Returns another seed, (2,) int64, for each number."""
    return tf.random.experimental.stateless_fold_in(seed, tf.cast(number, tf.int64))
