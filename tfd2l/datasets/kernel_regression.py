"""Synthetic one-dimensional regression dataset."""

from __future__ import annotations

import numpy as np

from tfd2l.config.ranges import NonNegativeFloat, PositiveInt, Seed
from tfd2l.data.info import Columns, DataInfo, Splits, make_splits
from tfd2l.errors import DataError

END = 5.0  # of the interval that starts at 0


def compute_truth(x: np.ndarray) -> np.ndarray:
    """Computes f(x) = 2 sin x + x^0.8."""
    return 2 * np.sin(x) + x**0.8


def kernel_regression(
    num_train: PositiveInt = 50, num_queries: PositiveInt = 50, noise: NonNegativeFloat = 0.5, seed: Seed = 0
) -> tuple[Splits, DataInfo]:
    """Synthetic one-dimensional regression dataset: noisy points of f(x) = 2 sin x + x^0.8 on [0, 5).

    Examples have `x` and `y`.

    Train is y = f(x) + e, e ~ N(0, noise^2), at random x, in their order. Validation and test are the same: f itself,
    without noise, at evenly spaced x.

    Args:
        num_train: Points with noise.
        num_queries: Points without.
        noise: Standard deviation.
        seed: Another seed draws other points.

    Raises:
        DataError: Fewer than two points to train on, no query, or a noise below 0.

    References:
        - Section 10.2.
    """
    if num_train < 2 or num_queries < 1 or noise < 0:
        raise DataError(
            f"kernel_regression needs two points or more to train on, one query or more, and a noise of 0 or more. "
            f"Received: dataset.num_train={num_train}, dataset.num_queries={num_queries}, dataset.noise={noise}"
        )
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(0, END, num_train))
    queries = np.arange(num_queries) * (END / num_queries)
    held_out: Columns = {"x": queries, "y": compute_truth(queries)}
    columns: dict[str, Columns] = {
        "train": {"x": x, "y": compute_truth(x) + noise * rng.standard_normal(num_train)},
        "validation": held_out,
        "test": held_out,
    }
    return make_splits(columns, inputs=("x",), source="embedded")
