"""Linear decay."""

from __future__ import annotations

import keras
import tensorflow as tf

from tfd2l.schedules.base.finite import FiniteSchedule


@keras.saving.register_keras_serializable(package="tfd2l")
class LinearDecay(FiniteSchedule):
    """Linear decay from the peak to a final learning rate.

        lr(t) = learning_rate + (final_rate - learning_rate) * t / T, then final_rate

    With a warm-up, the decay begins at its end, and still ends at T. (BERT's schedule, `WarmupLinearDecay`, counts its
    warm-up from t + 1, so that the first step moves, and has the peak for two steps.)

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
        >>> from tfd2l.schedules.linear_decay import LinearDecay
        >>> LinearDecay(0.4, duration=20, warmup=4)(tf.constant([0, 2, 4, 12, 20])).numpy()
        array([0. , 0.2, 0.4, 0.2, 0. ], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 11.11.
    """

    def compute_rate(self, t: tf.Tensor) -> tf.Tensor:
        return self.learning_rate + (self.final_rate - self.learning_rate) * self.compute_progress(t)
