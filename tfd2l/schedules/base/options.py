"""Keyword arguments that the base classes of schedules take."""

from __future__ import annotations

from typing import Literal, TypedDict

Unit = Literal["step", "epoch"]


class ScheduleOptions(TypedDict, total=False):
    """Unit of time and warm-up, as `tfd2l.schedules.base.schedule.Schedule` takes them.

    Example:
        >>> from tfd2l.schedules.base.options import ScheduleOptions
        >>> from tfd2l.schedules.constant import Constant
        >>> options: ScheduleOptions = {"unit": "epoch", "steps_per_epoch": 10, "warmup": 2}
        >>> Constant(0.5, **options)(tf.constant([0, 10, 20])).numpy()
        array([0.  , 0.25, 0.5 ], dtype=float32)
    """

    steps_per_epoch: int | None
    unit: Unit
    continuous: bool
    warmup: float
    warmup_begin: float
