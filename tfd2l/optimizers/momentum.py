"""Gradient descent with momentum."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat
from tfd2l.optimizers.base.decaying import Decaying
from tfd2l.optimizers.base.row_wise import require_decays


@keras.saving.register_keras_serializable(package="tfd2l")
class Momentum(Decaying):
    """Gradient descent with momentum: along a leaky sum of the gradients.

        v  = beta v + g
        w -= lr v                  with Nesterov: w -= lr (g + beta v)

    1 / (1 - beta) gradients count at a time. PyTorch's SGD is the same; Keras' SGD has the rate inside the velocity,
    v = beta v - lr g, so that a new rate applies to new gradients alone: the two differ when the rate changes.

    Args:
        learning_rate: a number, or the run's schedule.
        beta: decay of the velocity, in [0, 1); 0 is plain gradient descent.
        nesterov: look ahead along the velocity.
        lazy: leave velocity and weights of embedding rows alone that a batch does not hold; by default they go on by
            their velocity, as in the dense algorithm.
        weight_decay: w -= learning_rate weight_decay w before the update, decoupled from it; null is none.
        global_clipnorm: clip the norm of all gradients together; null does not.
        name, kwargs: as every Keras optimizer's.

    Raises:
        ValueError: beta outside [0, 1), a negative rate or decay of weights, `lazy` with `weight_decay`.

    Source: section 11.6; Sutskever et al. 2013, *On the importance of initialization and momentum in deep learning*.
    """

    slots = ("velocity",)
    options = ("beta", "nesterov", "lazy")

    def __init__(
        self,
        learning_rate: NonNegativeFloat = 0.01,
        beta: float = 0.9,
        nesterov: bool = False,
        lazy: bool = False,
        weight_decay: NonNegativeFloat | None = None,
        global_clipnorm: PositiveFloat | None = None,
        name: str = "momentum",
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, lazy, global_clipnorm=global_clipnorm, name=name, **kwargs)
        require_decays(beta=beta)
        self.beta = beta
        self.nesterov = nesterov

    def change(self, gradient: tf.Tensor, velocity: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """The direction, new velocity."""
        velocity = self.beta * velocity + gradient
        return gradient + self.beta * velocity if self.nesterov else velocity, velocity
