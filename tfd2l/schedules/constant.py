"""The same learning rate at every step."""

from __future__ import annotations

import keras
import tensorflow as tf

from tfd2l.schedules.base.schedule import Schedule


@keras.saving.register_keras_serializable(package="tfd2l")
class Constant(Schedule):
    """The same rate at every step, once it is warm.

    lr(t) = learning_rate

    Args:
        learning_rate: the rate.
        unit, continuous, warmup, warmup_begin: what t counts, and a linear warm-up; see `tfd2l.schedules.base`.

    Raises:
        ValueError: a rate or a warm-up below 0.
    """

    def decayed(self, t: tf.Tensor) -> tf.Tensor:
        return self.learning_rate * tf.ones_like(t)
