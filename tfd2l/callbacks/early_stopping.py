"""Early stopping: ends training when a measure no longer improves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

import keras

from tfd2l.config.ranges import Measure, NonNegativeFloat, NonNegativeInt
from tfd2l.errors import ConfigError, did_you_mean

Direction = Literal["min", "max"]


class EarlyStopping(keras.callbacks.EarlyStopping):
    """Keras' `EarlyStopping`, for which NaN is never an improvement, even as the first value."""

    def _is_improvement(self, monitor_value: float, reference_value: float | None) -> bool:
        if math.isnan(monitor_value):
            return False
        return bool(super()._is_improvement(monitor_value, reference_value))


def early_stopping(
    monitor: Measure = "val_loss",
    patience: NonNegativeInt = 2,
    min_delta: NonNegativeFloat = 0.0,
    mode: Literal["auto", "min", "max"] = "auto",
    restore_best_weights: bool = True,
    measures: Mapping[str, Direction | None] | None = None,
) -> keras.callbacks.Callback:
    """Stops training when a measure no longer improves.

    Keras' `EarlyStopping`, except that NaN is no improvement.

    Args:
        monitor: `loss` or the name of a metric, of the validation split with `val_` before it.
        patience: epochs without improvement before stopping.
        min_delta: the least change that is an improvement.
        mode: whether less or more is better; "auto" asks the metric.
        restore_best_weights: whether to end with the weights of the best epoch.
        measures: what an epoch measures -> whether less or more of it is better, None if its metric does not say;
            None leaves both to Keras, which warns.

    Raises:
        ConfigError: nothing measures what is monitored, or it is not known which way it improves.
    """
    if measures is not None and monitor not in measures:
        raise ConfigError(
            f"early_stopping watches {monitor!r}, which this run does not measure (a `val_` needs a validation split)."
            f"{did_you_mean(monitor, measures)} It measures: {', '.join(measures)}. Received: monitor={monitor}"
        )
    direction = measures[monitor] if measures is not None and mode == "auto" else mode
    if direction is None:
        raise ConfigError(
            f"The metric {monitor!r} does not say whether less or more of it is better: give early_stopping `mode=min` "
            f"or `mode=max`. Received: mode={mode}"
        )
    return EarlyStopping(
        monitor=monitor,
        patience=patience,
        min_delta=min_delta,
        mode=direction,
        restore_best_weights=restore_best_weights,
    )
