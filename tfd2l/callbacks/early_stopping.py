"""Stop when nothing gets better."""

from __future__ import annotations

from typing import Literal

import keras


def early_stopping(
    monitor: str = "val_loss",
    patience: int = 2,
    min_delta: float = 0.0,
    mode: Literal["auto", "min", "max"] = "auto",
    restore_best_weights: bool = True,
) -> keras.callbacks.Callback:
    """Stop when a measure no longer improves (Keras' own).

    Arguments:
        monitor: a value of the epoch's logs, such as `val_loss` or `val_accuracy`.
        patience: epochs without improvement before stopping.
        min_delta: a smaller change is no improvement.
        mode: whether less or more is better.
        restore_best_weights: end with the weights of the best epoch.
    """
    return keras.callbacks.EarlyStopping(
        monitor=monitor,
        patience=patience,
        min_delta=min_delta,
        mode=mode,
        restore_best_weights=restore_best_weights,
    )
