"""Linear decay."""

from __future__ import annotations

import keras
import tensorflow as tf

from tfd2l.schedules.base.ending import EndingSchedule


@keras.saving.register_keras_serializable(package="tfd2l")
class LinearDecay(EndingSchedule):
    """A straight line from the peak to a final rate.

    lr(t) = learning_rate + (final_rate - learning_rate) t / T, then final_rate

    With a warm-up the line begins after it, and still ends at T. (BERT's `warmup_linear_decay` counts its warm-up
    from t + 1, so that the first step moves, and holds the peak for two steps.)

    Args:
        learning_rate: the peak.
        duration: T, in units of t from the start of the run, the warm-up among them; None: the whole run.
        final_rate: the rate from T on.
        unit, continuous, warmup, warmup_begin: what t counts, and a linear warm-up; see `tfd2l.schedules.base`.

    Raises:
        ValueError: a duration below 1 or not above the warm-up, or a rate or a warm-up below 0.

    Source: section 11.11.
    """

    def decayed(self, t: tf.Tensor) -> tf.Tensor:
        return self.learning_rate + (self.final_rate - self.learning_rate) * self.progress(t)
