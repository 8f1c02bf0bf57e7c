"""Averaged weights: an exponential moving average of the weights is often better than the last ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np


def keep_average(optimizer: keras.optimizers.Optimizer, momentum: float | None) -> None:
    """Let an optimizer that is not built yet keep a = m a + (1 - m) w beside every weight w; None keeps nothing.

    Source: Polyak and Juditsky 1992, *Acceleration of Stochastic Approximation by Averaging*.
    """
    if momentum is not None:
        optimizer.use_ema = True
        optimizer.ema_momentum = momentum
        optimizer.ema_overwrite_frequency = None  # the weights that learn stay as they are


@contextmanager
def averaged(model: keras.Model, optimizer: keras.optimizers.Optimizer) -> Iterator[None]:
    """The model has its averaged weights for a while; nothing happens if there are none."""
    averages = _averages(optimizer)
    learning = [np.array(variable) for variable in model.trainable_variables] if averages else []
    use_average(model, optimizer)
    try:
        yield
    finally:
        for variable, value in zip(model.trainable_variables, learning, strict=False):
            variable.assign(value)


def use_average(model: keras.Model, optimizer: keras.optimizers.Optimizer) -> None:
    """Give the model its averaged weights for good."""
    for variable, average in zip(model.trainable_variables, _averages(optimizer), strict=False):
        variable.assign(average)


def _averages(optimizer: keras.optimizers.Optimizer) -> list[keras.Variable]:
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    return list(inner._model_variables_moving_average) if inner.use_ema else []
