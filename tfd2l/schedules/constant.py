"""Constant learning rate."""

from __future__ import annotations

import keras
import tensorflow as tf

from tfd2l.schedules.base.schedule import Schedule


@keras.saving.register_keras_serializable(package="tfd2l")
class Constant(Schedule):
    """Constant learning rate, after an optional warm-up.

        lr(t) = learning_rate

    Args:
        learning_rate: Learning rate.

    The unit of time and the warm-up (`unit`, `steps_per_epoch`, `continuous`, `warmup`, `warmup_begin`) are those of
    `tfd2l.schedules.base.schedule.Schedule`.

    Raises:
        ValueError: An argument is outside its range.

    Example:
        >>> from tfd2l.schedules.constant import Constant
        >>> Constant(0.5, warmup=2)(tf.range(4)).numpy()
        array([0.  , 0.25, 0.5 , 0.5 ], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 11.11.
    """

    def compute_rate(self, t: tf.Tensor) -> tf.Tensor:
        return self.learning_rate * tf.ones_like(t)
