"""Linear warm-up, then linear decay to zero."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import Fraction, NonNegativeFloat


@keras.saving.register_keras_serializable(package="tfd2l")
class WarmupLinearDecay(keras.optimizers.schedules.LearningRateSchedule):
    """Linear warm-up to the peak, then linear decay to zero.

    lr(t) = learning_rate min((t + 1) / w, (T - t) / (T - w)), w = round(warmup_fraction T).

    The first step already moves (t + 1), the last one still does (T - t): no step of the run is wasted.

    Args:
        learning_rate: the peak.
        total_steps: T, steps of the whole run.
        warmup_fraction: share of them spent rising, in [0, 1].

    Raises:
        ValueError: a rate below 0, a fraction outside [0, 1], or no steps.

    Source: Devlin et al. 2019, *BERT*, appendix A.2; section 11.11.
    """

    def __init__(self, learning_rate: NonNegativeFloat, total_steps: int, warmup_fraction: Fraction = 0.1) -> None:
        if learning_rate < 0:
            raise ValueError(f"a rate below 0 climbs. Received: learning_rate={learning_rate}")
        if not 0 <= warmup_fraction <= 1:
            raise ValueError(f"warmup_fraction lies in [0, 1]. Received: warmup_fraction={warmup_fraction}")
        if total_steps < 1:
            raise ValueError(f"total_steps counts from 1 up. Received: total_steps={total_steps}")
        self.learning_rate = learning_rate
        self.total_steps = total_steps
        self.warmup_fraction = warmup_fraction

    def __call__(self, step: tf.Tensor) -> tf.Tensor:
        t = tf.cast(step, tf.float32)
        warmup = round(self.warmup_fraction * self.total_steps)
        rising = (t + 1) / max(warmup, 1)
        falling = (self.total_steps - t) / max(self.total_steps - warmup, 1)
        return self.learning_rate * tf.clip_by_value(tf.minimum(rising, falling), 0.0, 1.0)

    def get_config(self) -> dict[str, Any]:
        return {
            "learning_rate": self.learning_rate,
            "total_steps": self.total_steps,
            "warmup_fraction": self.warmup_fraction,
        }
