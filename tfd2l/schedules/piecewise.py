"""Piecewise constant learning rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import NonNegativeFloat
from tfd2l.schedules.base.options import ScheduleOptions
from tfd2l.schedules.base.schedule import Schedule, check_increasing


@keras.saving.register_keras_serializable(package="tfd2l")
class Piecewise(Schedule):
    """Piecewise constant learning rate, with a value from each boundary on.

        lr(t) = learning_rate    for t < boundaries[0]
        lr(t) = values[i]        for boundaries[i] <= t < boundaries[i + 1]

    `keras.optimizers.schedules.PiecewiseConstantDecay` changes one step later, and has the first learning rate among
    its values.

    Args:
        learning_rate: Learning rate before the first boundary.
        boundaries: Increasing times, in units of time from the start of the run.
        values: Learning rate from each boundary on.
        **kwargs: Unit of time and warm-up: `unit`, `steps_per_epoch`, `continuous`, `warmup` and `warmup_begin`, as
            `tfd2l.schedules.base.schedule.Schedule` takes them.

    Raises:
        ValueError: An argument is outside its range, there is not one value for each boundary, or the boundaries do not
            increase or lie within the warm-up.

    Example:
        >>> from tfd2l.schedules.piecewise import Piecewise
        >>> Piecewise(1.0, boundaries=[2, 4], values=[0.5, 0.1])(tf.range(6)).numpy()
        array([1. , 1. , 0.5, 0.5, 0.1, 0.1], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 11.4.
    """

    @check_bounds
    def __init__(
        self,
        learning_rate: NonNegativeFloat,
        boundaries: Sequence[float],
        values: Sequence[NonNegativeFloat],
        **kwargs: Unpack[ScheduleOptions],
    ) -> None:
        super().__init__(learning_rate, **kwargs)
        self.boundaries = list(boundaries)
        self.values = list(values)
        check_increasing("boundaries", self.boundaries, self.warmup)
        if len(self.values) != len(self.boundaries):
            raise ValueError(
                f"There must be one value for each of the {len(self.boundaries)} boundaries; before the first, "
                "learning_rate holds. "
                f"Received: values={self.values}"
            )

    def compute_rate(self, t: tf.Tensor) -> tf.Tensor:
        rate = self.learning_rate * tf.ones_like(t)
        for boundary, value in zip(self.boundaries, self.values, strict=True):
            rate = tf.where(t >= boundary - self.warmup, value, rate)
        return rate

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "boundaries": self.boundaries, "values": self.values}
