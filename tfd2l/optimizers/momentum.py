"""Gradient descent with momentum."""

from __future__ import annotations

from typing import Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, ProperFraction
from tfd2l.optimizers.base.decaying import DecayingOptimizer
from tfd2l.optimizers.base.options import OptimizerOptions


@keras.saving.register_keras_serializable(package="tfd2l")
class Momentum(DecayingOptimizer):
    """Gradient descent with momentum, or with Nesterov momentum.

        v = beta * v + g
        w -= learning_rate * v                     with Nesterov momentum: w -= learning_rate * (g + beta * v)

    The velocity v is an exponentially weighted sum of about 1 / (1 - beta) past gradients. PyTorch's SGD is the same;
    `keras.optimizers.SGD` has the learning rate inside the velocity, `v = beta * v - learning_rate * g`, so that a new
    rate applies to new gradients only: the two differ when the rate changes.

    Args:
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 0.01.
        beta: Decay of the velocity, in [0, 1); 0 is plain gradient descent. Defaults to 0.9.
        nesterov: Whether to evaluate the step ahead along the velocity. Defaults to `False`.
        lazy: Whether to leave weights and state of those rows of an embedding table alone that a batch does not use. By
            default they are updated with a gradient of 0, as in the dense algorithm.
        weight_decay: Decoupled weight decay: `w -= learning_rate * weight_decay * w` before the update. `None`: none.
        global_clipnorm: Largest norm of all gradients together; larger gradients are scaled down to it. `None`: no
            clipping.
        name: Name of the optimizer.
        **kwargs: Further arguments of `keras.optimizers.Optimizer`.

    Raises:
        ValueError: An argument is outside its range, or `lazy` is combined with `weight_decay`.

    Example:
        >>> from tfd2l.optimizers.momentum import Momentum
        >>> weights = keras.Variable([1.0, 2.0])
        >>> optimizer = Momentum(learning_rate=0.1, beta=0.5)
        >>> for gradients in ([1.0, -1.0], [0.5, 0.0]):
        ...     optimizer.apply([tf.constant(gradients)], [weights])
        >>> weights.numpy()
        array([0.8 , 2.15], dtype=float32)

    References:
        - Sutskever et al., 2013, *On the importance of initialization and momentum in deep learning*.
        - *Dive into Deep Learning*, section 11.6.
    """

    slots = ("velocity",)
    options = ("beta", "nesterov", "lazy")

    @check_bounds
    def __init__(
        self,
        learning_rate: NonNegativeFloat = 0.01,
        beta: ProperFraction = 0.9,
        nesterov: bool = False,
        lazy: bool = False,
        weight_decay: NonNegativeFloat | None = None,
        global_clipnorm: PositiveFloat | None = None,
        name: str = "momentum",
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, weight_decay, lazy, global_clipnorm, name, **kwargs)
        self.beta = beta
        self.nesterov = nesterov

    def change(self, gradient: tf.Tensor, velocity: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Returns the direction and the new velocity."""
        velocity = self.beta * velocity + gradient
        return gradient + self.beta * velocity if self.nesterov else velocity, velocity
