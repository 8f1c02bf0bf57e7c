"""Gradient noise for optimization examples."""

from __future__ import annotations

import numpy as np

from tfd2l.config.ranges import NonNegativeFloat, PositiveInt, Seed
from tfd2l.data.info import DataInfo, Splits, make_splits
from tfd2l.errors import DataError


def gradient_noise(
    num_steps: PositiveInt = 20, dimensions: int = 2, deviation: NonNegativeFloat = 0.0, seed: Seed = 0
) -> tuple[Splits, DataInfo]:
    """Gradient noise: vectors `noise`, (dimensions,) float32, each coordinate from N(0, deviation^2).

    There is a train split alone.

    With the model `point` an example is the noise on the gradient of one step, as the book adds it to study
    stochastic gradient descent without data. With `deviation: 0` they are all zero: gradient descent.

    Args:
        num_steps: Examples.
        dimensions: Of the point.
        deviation: Standard deviation.
        seed: Another seed draws other noise.

    Raises:
        DataError: No step, no dimension, or a negative deviation.

    References:
        - Section 11.4.
    """
    for name, value, least in (("num_steps", num_steps, 1), ("dimensions", dimensions, 1), ("deviation", deviation, 0)):
        if value < least:
            raise DataError(f"dataset.{name} is at least {least}. Received: dataset.{name}={value}")
    noise = deviation * np.random.default_rng(seed).standard_normal((num_steps, dimensions))
    return make_splits({"train": {"noise": noise}}, inputs=("noise",), source="embedded")
