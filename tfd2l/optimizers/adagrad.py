"""Adagrad."""

from __future__ import annotations

from typing import Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat
from tfd2l.optimizers.base.options import OptimizerOptions
from tfd2l.optimizers.base.row_wise import RowWiseOptimizer


@keras.saving.register_keras_serializable(package="tfd2l")
class Adagrad(RowWiseOptimizer):
    """Adagrad: a learning rate for each weight, which decreases with the sum of its squared gradients.

        s += g^2
        w -= learning_rate * g / sqrt(s + epsilon)

    The book's notes write `sqrt(s) + epsilon`; its code, and this, have epsilon inside the root. So has
    `keras.optimizers.Adagrad` (`keras_adagrad`), whose s starts at 0.1 and whose learning rate is 0.001. Of an
    embedding table, only the rows of the batch are read and written, which is exact.

    Args:
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 0.1.
        epsilon: Number added inside the root. Defaults to 1e-6.
        weight_decay: Decoupled weight decay: `w -= learning_rate * weight_decay * w` before the update. `None`: none.
        global_clipnorm: Largest norm of all gradients together; larger gradients are scaled down to it. `None`: no
            clipping.
        name: Name of the optimizer.
        **kwargs: Further arguments of `keras.optimizers.Optimizer`.

    Raises:
        ValueError: An argument is outside its range.

    Example:
        >>> from tfd2l.optimizers.adagrad import Adagrad
        >>> weights = keras.Variable([1.0, 2.0])
        >>> optimizer = Adagrad(learning_rate=0.1)
        >>> for gradients in ([1.0, -1.0], [0.5, 0.0]):
        ...     optimizer.apply([tf.constant(gradients)], [weights])
        >>> weights.numpy()
        array([0.8553, 2.1   ], dtype=float32)

    References:
        - Duchi et al., 2011, *Adaptive Subgradient Methods for Online Learning and Stochastic Optimization*.
        - *Dive into Deep Learning*, section 11.7.
    """

    slots = ("square",)
    options = ("epsilon",)

    @check_bounds
    def __init__(
        self,
        learning_rate: NonNegativeFloat = 0.1,
        epsilon: NonNegativeFloat = 1e-6,
        weight_decay: NonNegativeFloat | None = None,
        global_clipnorm: PositiveFloat | None = None,
        name: str = "adagrad",
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, weight_decay, global_clipnorm, name, **kwargs)
        self.epsilon = epsilon

    def change(self, gradient: tf.Tensor, square: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Returns the direction and the new sum of squares."""
        square = square + tf.square(gradient)
        return gradient / tf.sqrt(square + self.epsilon), square
