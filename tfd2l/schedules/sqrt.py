"""Inverse square root decay."""

from __future__ import annotations

import keras
import tensorflow as tf

from tfd2l.schedules.base.schedule import Schedule


@keras.saving.register_keras_serializable(package="tfd2l")
class Sqrt(Schedule):
    """Decay with the inverse square root of time.

        lr(t) = learning_rate * (t + 1)^(-1/2)

    On convex problems, stochastic gradient descent with this schedule reaches the optimum in spite of the noise.

    Args:
        learning_rate: Learning rate at t = 0.

    The unit of time and the warm-up (`unit`, `steps_per_epoch`, `continuous`, `warmup`, `warmup_begin`) are those of
    `tfd2l.schedules.base.schedule.Schedule`.

    Raises:
        ValueError: An argument is outside its range.

    Example:
        >>> from tfd2l.schedules.sqrt import Sqrt
        >>> Sqrt(1.0)(tf.range(4)).numpy()
        array([1.    , 0.7071, 0.5774, 0.5   ], dtype=float32)

    References:
        - *Dive into Deep Learning*, sections 11.4 and 11.11.
    """

    def compute_rate(self, t: tf.Tensor) -> tf.Tensor:
        return self.learning_rate * tf.math.rsqrt(t + 1)
