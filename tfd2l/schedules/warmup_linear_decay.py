"""Linear warm-up and linear decay."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import Fraction, NonNegativeFloat, PositiveInt


@keras.saving.register_keras_serializable(package="tfd2l")
class WarmupLinearDecay(keras.optimizers.schedules.LearningRateSchedule):
    """Linear warm-up, then linear decay to zero, as BERT is trained.

    With T = total_steps and w = round(warmup_fraction * T):

        lr(t) = learning_rate * min((t + 1) / w, (T - t) / (T - w))

    The first step has a learning rate above 0 (t + 1), and so has the last one (T - t).

    Args:
        learning_rate: Peak learning rate.
        total_steps: Number of steps T of the run; an experiment passes its own.
        warmup_fraction: Fraction of the steps that are the warm-up, in [0, 1]. Defaults to 0.1.

    Raises:
        ValueError: An argument is outside its range.

    Example:
        >>> from tfd2l.schedules.warmup_linear_decay import WarmupLinearDecay
        >>> WarmupLinearDecay(1.0, total_steps=10, warmup_fraction=0.2)(tf.constant([0, 1, 2, 6, 9])).numpy()
        array([0.5  , 1.   , 1.   , 0.5  , 0.125], dtype=float32)

    References:
        - Devlin et al., 2019, *BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding*,
          appendix A.2.
        - *Dive into Deep Learning*, section 11.11.
    """

    @check_bounds
    def __init__(
        self, learning_rate: NonNegativeFloat, total_steps: PositiveInt, warmup_fraction: Fraction = 0.1
    ) -> None:
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
