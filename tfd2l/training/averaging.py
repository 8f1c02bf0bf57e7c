"""Exponential moving averages of the weights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np


def keep_average(optimizer: keras.optimizers.Optimizer, momentum: float | None) -> None:
    """Makes an optimizer that is not built yet keep a moving average of every weight.

    a = m a + (1 - m) w for a weight w, with momentum m; None keeps nothing.

    References:
        - Polyak and Juditsky, 1992, *Acceleration of Stochastic Approximation by Averaging*.
    """
    if momentum is not None:
        optimizer.use_ema = True
        optimizer.ema_momentum = momentum
        optimizer.ema_overwrite_frequency = None  # the weights that learn stay as they are


@contextmanager
def averaged_weights(model: keras.Model, optimizer: keras.optimizers.Optimizer) -> Iterator[None]:
    """Gives the model its averaged weights while the block lasts; does nothing if there are none."""
    averages = _averages(optimizer)
    learning = [np.array(variable) for variable in model.trainable_variables] if averages else []
    assign_average(model, optimizer)
    try:
        yield
    finally:
        for variable, value in zip(model.trainable_variables, learning, strict=False):
            variable.assign(value)


def assign_average(model: keras.Model, optimizer: keras.optimizers.Optimizer) -> None:
    """Gives the model its averaged weights for good; does nothing if there are none."""
    for variable, average in zip(model.trainable_variables, _averages(optimizer), strict=False):
        variable.assign(average)


def _averages(optimizer: keras.optimizers.Optimizer) -> list[keras.Variable]:
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    return list(inner._model_variables_moving_average) if inner.use_ema else []
