"""Minibatch stochastic gradient descent."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat
from tfd2l.optimizers.base.row_wise import RowWise


@keras.saving.register_keras_serializable(package="tfd2l")
class SGD(RowWise):
    """Minibatch stochastic gradient descent.

    w -= lr g, with g the mean gradient of a minibatch (its size is the batching stage's).

    Keras' class of this name has a momentum too: here it is an optimizer of its own. Of an embedding table only the
    rows of the batch are read and written; this is exact.

    Args:
        learning_rate: a number, or the run's schedule.
        weight_decay: w -= learning_rate weight_decay w before the update, decoupled from it; null is none.
        global_clipnorm: clip the norm of all gradients together; null does not.
        name, kwargs: as every Keras optimizer's.

    Raises:
        ValueError: a negative rate or decay of weights, a norm to clip to that is not positive.

    Source: sections 11.4 and 11.5.
    """

    def __init__(
        self,
        learning_rate: NonNegativeFloat = 0.1,
        weight_decay: NonNegativeFloat | None = None,
        global_clipnorm: PositiveFloat | None = None,
        name: str = "sgd",
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, global_clipnorm, name, **kwargs)

    def change(self, gradient: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """The direction, which is the gradient."""
        return (gradient,)
