"""Adagrad."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat
from tfd2l.optimizers.base.row_wise import RowWise, require_not_negative


@keras.saving.register_keras_serializable(package="tfd2l")
class Adagrad(RowWise):
    """Adagrad: a rate for every weight, the lower the more gradient it has had.

        s += g^2
        w -= lr g / sqrt(s + epsilon)

    The notes of section 11.7 write sqrt(s) + epsilon; the book's code, and this, have epsilon inside the root. So has
    Keras' class of this name, but its s starts at 0.1 and its rate is 0.001. Of an embedding table only the rows of the
    batch are read and written; this is exact.

    Args:
        learning_rate: a number, or the run's schedule.
        epsilon: inside the root.
        weight_decay: w -= learning_rate weight_decay w before the update, decoupled from it; null is none.
        global_clipnorm: clip the norm of all gradients together; null does not.
        name, kwargs: as every Keras optimizer's.

    Raises:
        ValueError: a negative rate, epsilon or decay of weights.

    Source: section 11.7; Duchi, Hazan and Singer 2011, *Adaptive Subgradient Methods for Online Learning and
    Stochastic Optimization*.
    """

    slots = ("square",)
    options = ("epsilon",)

    def __init__(
        self,
        learning_rate: NonNegativeFloat = 0.1,
        epsilon: NonNegativeFloat = 1e-6,
        weight_decay: NonNegativeFloat | None = None,
        global_clipnorm: PositiveFloat | None = None,
        name: str = "adagrad",
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, global_clipnorm, name, **kwargs)
        require_not_negative(epsilon=epsilon)
        self.epsilon = epsilon

    def change(self, gradient: tf.Tensor, square: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """The direction, new sum of squares."""
        square = square + tf.square(gradient)
        return gradient / tf.sqrt(square + self.epsilon), square
