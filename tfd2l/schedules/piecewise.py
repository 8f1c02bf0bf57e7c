"""Piecewise constant rates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat
from tfd2l.schedules.base.schedule import Schedule, require_not_negative, require_rising


@keras.saving.register_keras_serializable(package="tfd2l")
class Piecewise(Schedule):
    """Piecewise constant: a new rate from each boundary on.

    lr(t) = learning_rate    t < boundaries[0]
    lr(t) = values[i]        boundaries[i] <= t < boundaries[i + 1]

    Keras' `PiecewiseConstantDecay` changes one step later, and takes the first rate as one more value.

    Args:
        learning_rate: the rate before the first boundary.
        boundaries: in units of t from the start of the run, rising.
        values: the rate from each boundary on.
        unit, continuous, warmup, warmup_begin: what t counts, and a linear warm-up; see `tfd2l.schedules.base`.

    Raises:
        ValueError: boundaries that do not rise or lie within the warm-up, not one value for each, or a rate or a
            warm-up below 0.

    Source: section 11.4.
    """

    def __init__(
        self, learning_rate: NonNegativeFloat, boundaries: Sequence[float], values: Sequence[float], **kwargs: Any
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.boundaries = list(boundaries)
        self.values = list(values)
        require_rising("boundaries", self.boundaries, self.warmup)
        if len(self.values) != len(self.boundaries):
            raise ValueError(
                f"one value for each of the {len(self.boundaries)} boundaries; before the first holds learning_rate. "
                f"Received: values={self.values}"
            )
        for value in self.values:
            require_not_negative(values=value)

    def decayed(self, t: tf.Tensor) -> tf.Tensor:
        rate = self.learning_rate * tf.ones_like(t)
        for boundary, value in zip(self.boundaries, self.values, strict=True):
            rate = tf.where(t >= boundary - self.warmup, value, rate)
        return rate

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "boundaries": self.boundaries, "values": self.values}
