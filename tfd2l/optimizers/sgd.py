"""Minibatch stochastic gradient descent."""

from __future__ import annotations

from typing import Unpack

import keras
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat
from tfd2l.optimizers.base.options import OptimizerOptions
from tfd2l.optimizers.base.row_wise import RowWiseOptimizer


@keras.saving.register_keras_serializable(package="tfd2l")
class SGD(RowWiseOptimizer):
    """Minibatch stochastic gradient descent.

        w -= learning_rate * g

    g is the mean gradient of a minibatch, whose size the batching stage sets. `keras.optimizers.SGD` has a momentum
    too; here `Momentum` is an optimizer of its own. Of an embedding table, only the rows of the batch are read and
    written, which is exact.

    Args:
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 0.1.
        weight_decay: Decoupled weight decay: `w -= learning_rate * weight_decay * w` before the update. `None`: none.
        global_clipnorm: Largest norm of all gradients together; larger gradients are scaled down to it. `None`: no
            clipping.
        name: Name of the optimizer.
        **kwargs: Further arguments of `keras.optimizers.Optimizer`.

    Raises:
        ValueError: An argument is outside its range.

    Example:
        >>> from tfd2l.optimizers.sgd import SGD
        >>> weights = keras.Variable([1.0, 2.0])
        >>> optimizer = SGD(learning_rate=0.1)
        >>> for gradients in ([1.0, -1.0], [0.5, 0.0]):
        ...     optimizer.apply([tf.constant(gradients)], [weights])
        >>> weights.numpy()
        array([0.85, 2.1 ], dtype=float32)

    References:
        - *Dive into Deep Learning*, sections 11.4 and 11.5.
    """

    def __init__(
        self,
        learning_rate: NonNegativeFloat = 0.1,
        weight_decay: NonNegativeFloat | None = None,
        global_clipnorm: PositiveFloat | None = None,
        name: str = "sgd",
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, weight_decay, global_clipnorm, name, **kwargs)

    def change(self, gradient: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Returns the direction, which is the gradient."""
        return (gradient,)
