"""RMSProp."""

from __future__ import annotations

from typing import Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, ProperFraction
from tfd2l.optimizers.base.decaying import DecayingOptimizer
from tfd2l.optimizers.base.options import OptimizerOptions


@keras.saving.register_keras_serializable(package="tfd2l")
class RMSprop(DecayingOptimizer):
    """RMSProp: a learning rate for each weight, from a moving average of its squared gradients.

        s = gamma * s + (1 - gamma) * g^2
        w -= learning_rate * g / sqrt(s + epsilon)

    The book's notes say that gamma = 1 gives Adagrad; it does not, since s would stay 0, so gamma must be below 1.
    `keras.optimizers.RMSprop` (`keras_rmsprop`) has epsilon inside the root too, but 1e-7; PyTorch's has it outside.

    Args:
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 0.01.
        gamma: Decay of the moving average of squared gradients, in [0, 1). Defaults to 0.9.
        epsilon: Number added inside the root. Defaults to 1e-6.
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
        >>> from tfd2l.optimizers.rmsprop import RMSprop
        >>> weights = keras.Variable([1.0, 2.0])
        >>> optimizer = RMSprop(learning_rate=0.1)
        >>> for gradients in ([1.0, -1.0], [0.5, 0.0]):
        ...     optimizer.apply([tf.constant(gradients)], [weights])
        >>> weights.numpy()
        array([0.5363, 2.3162], dtype=float32)

    References:
        - Tieleman and Hinton, 2012, *Lecture 6.5: RMSProp*.
        - *Dive into Deep Learning*, section 11.8.
    """

    slots = ("square",)
    options = ("gamma", "epsilon", "lazy")

    @check_bounds
    def __init__(
        self,
        learning_rate: NonNegativeFloat = 0.01,
        gamma: ProperFraction = 0.9,
        epsilon: NonNegativeFloat = 1e-6,
        lazy: bool = False,
        weight_decay: NonNegativeFloat | None = None,
        global_clipnorm: PositiveFloat | None = None,
        name: str = "rmsprop",
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, weight_decay, lazy, global_clipnorm, name, **kwargs)
        self.gamma = gamma
        self.epsilon = epsilon

    def change(self, gradient: tf.Tensor, square: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Returns the direction and the new average of squares."""
        square = self.gamma * square + (1 - self.gamma) * tf.square(gradient)
        return gradient / tf.sqrt(square + self.epsilon), square

    def change_without_gradient(self, square: tf.Tensor) -> tuple[tf.Tensor | None, ...]:
        """Decays the average; the weights do not move."""
        return None, self.gamma * square
