"""Cosine decay."""

from __future__ import annotations

import math

import keras
import tensorflow as tf

from tfd2l.schedules.base.ending import EndingSchedule


@keras.saving.register_keras_serializable(package="tfd2l")
class Cosine(EndingSchedule):
    """Half a wave of the cosine from the peak to a final rate: slow, fast, slow.

    lr(t) = final_rate + (learning_rate - final_rate) / 2 (1 + cos(pi t / T)), then final_rate

    With a warm-up the cosine begins after it, and still ends at T. The rate only falls: it does not rise again.

    Args:
        learning_rate: the peak.
        duration: T, in units of t from the start of the run, the warm-up among them; None: the whole run.
        final_rate: the rate from T on.
        unit, continuous, warmup, warmup_begin: what t counts, and a linear warm-up; see `tfd2l.schedules.base`.

    Raises:
        ValueError: a duration below 1 or not above the warm-up, or a rate or a warm-up below 0.

    Source: Loshchilov and Hutter 2017, *SGDR* (without restarts); section 11.11.
    """

    def decayed(self, t: tf.Tensor) -> tf.Tensor:
        return self.final_rate + (self.learning_rate - self.final_rate) / 2 * (1 + tf.cos(math.pi * self.progress(t)))
