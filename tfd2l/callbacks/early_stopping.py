"""Stop when nothing gets better."""

from __future__ import annotations

import math
from typing import Literal

import keras


class EarlyStopping(keras.callbacks.EarlyStopping):
    """Keras' own, but for a measure that is NaN: no improvement, also where nothing was measured before it."""

    def _is_improvement(self, monitor_value: float, reference_value: float | None) -> bool:
        if math.isnan(monitor_value):
            return False
        return bool(super()._is_improvement(monitor_value, reference_value))


def early_stopping(
    monitor: str = "val_loss",
    patience: int = 2,
    min_delta: float = 0.0,
    mode: Literal["auto", "min", "max"] = "auto",
    restore_best_weights: bool = True,
) -> keras.callbacks.Callback:
    """Stop when a measure no longer improves (Keras' own); a measure that is NaN is no improvement.

    Arguments:
        monitor: a value of the epoch's logs, such as `val_loss` or `val_accuracy`.
        patience: epochs without improvement before stopping.
        min_delta: a smaller change is no improvement.
        mode: whether less or more is better.
        restore_best_weights: end with the weights of the best epoch.
    """
    return EarlyStopping(
        monitor=monitor,
        patience=patience,
        min_delta=min_delta,
        mode=mode,
        restore_best_weights=restore_best_weights,
    )
