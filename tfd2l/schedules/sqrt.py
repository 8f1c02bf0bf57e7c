"""Decay with the square root of time."""

from __future__ import annotations

import keras
import tensorflow as tf

from tfd2l.schedules.base.schedule import Schedule


@keras.saving.register_keras_serializable(package="tfd2l")
class Sqrt(Schedule):
    """Decay with the square root of time: it never stops, and is slow.

    lr(t) = learning_rate (t + 1)^(-1/2)

    For convex problems this is the rate that still reaches the optimum through noise (11.4).

    Args:
        learning_rate: the rate at t = 0.
        unit, continuous, warmup, warmup_begin: what t counts, and a linear warm-up; see `tfd2l.schedules.base`.

    Raises:
        ValueError: a rate or a warm-up below 0.

    Source: sections 11.4, 11.11.
    """

    def decayed(self, t: tf.Tensor) -> tf.Tensor:
        return self.learning_rate * tf.math.rsqrt(t + 1)
