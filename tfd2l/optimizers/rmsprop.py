"""RMSProp."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat
from tfd2l.optimizers.base.decaying import Decaying
from tfd2l.optimizers.base.row_wise import require_decays, require_not_negative


@keras.saving.register_keras_serializable(package="tfd2l")
class RMSprop(Decaying):
    """RMSProp: Adagrad that forgets, so that the rate does not fall for ever.

        s  = gamma s + (1 - gamma) g^2
        w -= lr g / sqrt(s + epsilon)

    The notes of section 11.8 say that gamma = 1 gives Adagrad; it does not: s would stay 0, and the step lr g /
    sqrt(epsilon), so gamma is below 1. Keras' class of this name has epsilon inside the root too, but 1e-7; PyTorch's
    has it outside.

    Args:
        learning_rate: a number, or the run's schedule.
        gamma: decay of the mean of squares, in [0, 1); after n steps gamma^n of a square is left.
        epsilon: inside the root.
        lazy: leave the state of embedding rows alone that a batch does not hold; by default it decays, as in the dense
            algorithm. The weights of these rows do not move in either.
        weight_decay: w -= learning_rate weight_decay w before the update, decoupled from it; null is none.
        global_clipnorm: clip the norm of all gradients together; null does not.
        name, kwargs: as every Keras optimizer's.

    Raises:
        ValueError: gamma outside [0, 1), a negative rate, epsilon or decay of weights, `lazy` with `weight_decay`.

    Source: section 11.8; Tieleman and Hinton 2012, *Lecture 6.5: RMSProp*.
    """

    slots = ("square",)
    options = ("gamma", "epsilon", "lazy")

    def __init__(
        self,
        learning_rate: NonNegativeFloat = 0.01,
        gamma: float = 0.9,
        epsilon: NonNegativeFloat = 1e-6,
        lazy: bool = False,
        weight_decay: NonNegativeFloat | None = None,
        global_clipnorm: PositiveFloat | None = None,
        name: str = "rmsprop",
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, lazy, global_clipnorm=global_clipnorm, name=name, **kwargs)
        require_decays(gamma=gamma)
        require_not_negative(epsilon=epsilon)
        self.gamma = gamma
        self.epsilon = epsilon

    def change(self, gradient: tf.Tensor, square: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """The direction, new mean of squares."""
        square = self.gamma * square + (1 - self.gamma) * tf.square(gradient)
        return gradient / tf.sqrt(square + self.epsilon), square

    def idle(self, square: tf.Tensor) -> tuple[tf.Tensor | None, ...]:
        """The formula for g = 0: the weights stay."""
        return None, self.gamma * square
