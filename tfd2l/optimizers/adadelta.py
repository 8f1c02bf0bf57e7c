"""Adadelta."""

from __future__ import annotations

from typing import Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, ProperFraction
from tfd2l.optimizers.base.decaying import DecayingOptimizer
from tfd2l.optimizers.base.options import OptimizerOptions


@keras.saving.register_keras_serializable(package="tfd2l")
class Adadelta(DecayingOptimizer):
    """Adadelta: steps scaled by moving averages of squared updates and of squared gradients.

        s   = rho * s + (1 - rho) * g^2
        g'  = sqrt(dx + epsilon) / sqrt(s + epsilon) * g
        w  -= learning_rate * g'
        dx  = rho * dx + (1 - rho) * g'^2

    The book has no learning rate: it is 1. The notes of section 11.9 have epsilon outside the roots; inside them, as
    here and in the book's code, the first step (dx = 0) is with sqrt(epsilon) = 0.003, not with epsilon.
    `keras.optimizers.Adadelta` (`keras_adadelta`) has the same formula, but a learning rate of 0.001, rho 0.95 and
    epsilon 1e-7; PyTorch's is the same with rho 0.9 and epsilon 1e-6.

    Args:
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 1.
        rho: Decay of both moving averages, in [0, 1). Defaults to 0.9.
        epsilon: Number added inside the roots. Defaults to 1e-5.
        lazy: Whether to leave the state of those rows of an embedding table alone that a batch does not use. By default
            it decays, as in the dense algorithm; the weights of these rows move in neither case.
        weight_decay: Decoupled weight decay: `w -= learning_rate * weight_decay * w` before the update. `None`: none.
        global_clipnorm: Largest norm of all gradients together; larger gradients are scaled down to it. `None`: no
            clipping.
        name: Name of the optimizer.
        **kwargs: Further arguments of `keras.optimizers.Optimizer`.

    Raises:
        ValueError: An argument is outside its range, or `lazy` is combined with `weight_decay`.

    Example:
        >>> from tfd2l.optimizers.adadelta import Adadelta
        >>> weights = keras.Variable([1.0, 2.0])
        >>> optimizer = Adadelta()
        >>> for gradients in ([1.0, -1.0], [0.5, 0.0]):
        ...     optimizer.apply([tf.constant(gradients)], [weights])
        >>> weights.numpy()
        array([0.9834, 2.01  ], dtype=float32)

    References:
        - Zeiler, 2012, *ADADELTA: An Adaptive Learning Rate Method*.
        - *Dive into Deep Learning*, section 11.9.
    """

    slots = ("square", "square_change")
    options = ("rho", "epsilon", "lazy")

    @check_bounds
    def __init__(
        self,
        learning_rate: NonNegativeFloat = 1.0,
        rho: ProperFraction = 0.9,
        epsilon: NonNegativeFloat = 1e-5,
        lazy: bool = False,
        weight_decay: NonNegativeFloat | None = None,
        global_clipnorm: PositiveFloat | None = None,
        name: str = "adadelta",
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, weight_decay, lazy, global_clipnorm, name, **kwargs)
        self.rho = rho
        self.epsilon = epsilon

    def change(self, gradient: tf.Tensor, square: tf.Tensor, square_change: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Returns the direction and the new averages of squared gradients and of squared updates."""
        square = self.rho * square + (1 - self.rho) * tf.square(gradient)
        scaled = tf.sqrt(square_change + self.epsilon) / tf.sqrt(square + self.epsilon) * gradient
        return scaled, square, self.rho * square_change + (1 - self.rho) * tf.square(scaled)

    def change_without_gradient(self, square: tf.Tensor, square_change: tf.Tensor) -> tuple[tf.Tensor | None, ...]:
        """Decays the averages; the weights do not move."""
        return None, self.rho * square, self.rho * square_change
