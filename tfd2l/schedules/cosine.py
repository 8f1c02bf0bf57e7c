"""Cosine decay."""

from __future__ import annotations

import math

import keras
import tensorflow as tf

from tfd2l.schedules.base.finite import FiniteSchedule


@keras.saving.register_keras_serializable(package="tfd2l")
class Cosine(FiniteSchedule):
    """Cosine decay from the peak to a final learning rate.

        lr(t) = final_rate + (learning_rate - final_rate) / 2 * (1 + cos(pi * t / T)), then final_rate

    With a warm-up, the cosine begins at its end, and still ends at T. There are no restarts.

    Args:
        learning_rate: Peak learning rate, which holds at the end of the warm-up.
        duration: End T of the decay, in units of time from the start of the run, including the warm-up. `None`, the
            default: the end of the run.
        final_rate: Learning rate from T on. Defaults to 0.
        **kwargs: Unit of time and warm-up: `total_steps` of the run, `unit`, `steps_per_epoch`, `continuous`, `warmup`
            and `warmup_begin`, as `tfd2l.schedules.base.schedule.Schedule` takes them.

    Raises:
        ValueError: An argument is outside its range, or the warm-up does not end before `duration`.

    Example:
        >>> from tfd2l.schedules.cosine import Cosine
        >>> Cosine(0.3, duration=20, final_rate=0.01)(tf.constant([0, 10, 20, 30])).numpy()
        array([0.3  , 0.155, 0.01 , 0.01 ], dtype=float32)

    References:
        - Loshchilov and Hutter, 2017, *SGDR: Stochastic Gradient Descent with Warm Restarts*.
        - *Dive into Deep Learning*, section 11.11.
    """

    def compute_rate(self, t: tf.Tensor) -> tf.Tensor:
        return self.final_rate + (self.learning_rate - self.final_rate) / 2 * (
            1 + tf.cos(math.pi * self.compute_progress(t))
        )
