"""A factor at each of several milestones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat
from tfd2l.schedules.base.schedule import Schedule, require_factor, require_rising


@keras.saving.register_keras_serializable(package="tfd2l")
class MultiFactor(Schedule):
    """Constant, and multiplied by a factor at each milestone.

    lr(t) = learning_rate factor^n, n the number of milestones <= t

    Args:
        learning_rate: the rate before the first milestone.
        milestones: in units of t from the start of the run, rising; 15 is the first with the lower rate.
        factor: in (0, 1].
        unit, continuous, warmup, warmup_begin: what t counts, and a linear warm-up; see `tfd2l.schedules.base`.

    Raises:
        ValueError: milestones that do not rise or lie within the warm-up, a factor outside (0, 1], or a rate or a
            warm-up below 0.

    Source: section 11.11 (where the second milestone, 30, comes after the last of 30 epochs).
    """

    def __init__(
        self, learning_rate: NonNegativeFloat, milestones: Sequence[float], factor: float = 0.5, **kwargs: Any
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.milestones = list(milestones)
        require_rising("milestones", self.milestones, self.warmup)
        require_factor(factor)
        self.factor = factor

    def decayed(self, t: tf.Tensor) -> tf.Tensor:
        reached = sum(tf.cast(t >= milestone - self.warmup, tf.float32) for milestone in self.milestones)
        return self.learning_rate * self.factor**reached

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "milestones": self.milestones, "factor": self.factor}
