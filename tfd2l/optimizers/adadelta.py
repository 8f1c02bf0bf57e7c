"""Adadelta."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, ProperFraction
from tfd2l.optimizers.base.decaying import Decaying
from tfd2l.optimizers.base.row_wise import require_decays, require_not_negative


@keras.saving.register_keras_serializable(package="tfd2l")
class Adadelta(Decaying):
    """Adadelta: the size of past changes takes the place of a learning rate.

        s   = rho s + (1 - rho) g^2
        g'  = sqrt(dx + epsilon) / sqrt(s + epsilon) g
        w  -= lr g'
        dx  = rho dx + (1 - rho) g'^2

    The book has no lr: it is 1. The notes of section 11.9 have epsilon outside the roots; inside them, as here and in
    the book's code, the first step (dx = 0) is with sqrt(epsilon) = 0.003, not with epsilon. Keras' class of this name
    has the same formula, but a rate of 0.001 (far too low), rho 0.95 and epsilon 1e-7; PyTorch's is the same with rho
    0.9 and epsilon 1e-6.

    Args:
        learning_rate: a number, or the run's schedule; dx does not hold it.
        rho: decay of the two means of squares, in [0, 1).
        epsilon: inside the roots.
        lazy: leave the state of embedding rows alone that a batch does not hold; by default it decays, as in the dense
            algorithm. The weights of these rows do not move in either.
        weight_decay: w -= learning_rate weight_decay w before the update, decoupled from it; null is none.
        global_clipnorm: clip the norm of all gradients together; null does not.
        name, kwargs: as every Keras optimizer's.

    Raises:
        ValueError: rho outside [0, 1), a negative rate, epsilon or decay of weights, `lazy` with `weight_decay`.

    Source: section 11.9; Zeiler 2012, *ADADELTA: An Adaptive Learning Rate Method*.
    """

    slots = ("square", "square_change")
    options = ("rho", "epsilon", "lazy")

    def __init__(
        self,
        learning_rate: NonNegativeFloat = 1.0,
        rho: ProperFraction = 0.9,
        epsilon: NonNegativeFloat = 1e-5,
        lazy: bool = False,
        weight_decay: NonNegativeFloat | None = None,
        global_clipnorm: PositiveFloat | None = None,
        name: str = "adadelta",
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, lazy, global_clipnorm=global_clipnorm, name=name, **kwargs)
        require_decays(rho=rho)
        require_not_negative(epsilon=epsilon)
        self.rho = rho
        self.epsilon = epsilon

    def change(self, gradient: tf.Tensor, square: tf.Tensor, square_change: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """The direction, new means of squares of gradients and of changes."""
        square = self.rho * square + (1 - self.rho) * tf.square(gradient)
        scaled = tf.sqrt(square_change + self.epsilon) / tf.sqrt(square + self.epsilon) * gradient
        return scaled, square, self.rho * square_change + (1 - self.rho) * tf.square(scaled)

    def idle(self, square: tf.Tensor, square_change: tf.Tensor) -> tuple[tf.Tensor | None, ...]:
        """The formula for g = 0: the weights stay."""
        return None, self.rho * square, self.rho * square_change
