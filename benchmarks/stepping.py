"""Steps of an optimizer alone, with gradients from outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import tensorflow as tf


def stepping(
    optimizer: keras.optimizers.Optimizer,
    variables: Sequence[keras.Variable],
    gradients: Callable[[], Sequence[Any]],
    steps: int,
) -> Callable[[], None]:
    """A function that takes so many steps, each one graph: the gradients, as `gradients` gives them in it, applied."""
    optimizer.build(variables)

    @tf.function
    def step() -> tf.Tensor:
        optimizer.apply(gradients(), variables)
        return optimizer.iterations + 0  # waited for below

    def run() -> None:
        for _ in range(steps):
            int(step())

    return run
