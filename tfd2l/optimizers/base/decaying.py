"""What the optimizers share whose state decays, gradient or not."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat
from tfd2l.optimizers.base.row_wise import RowWise


class Decaying(RowWise):
    """A row-wise optimizer whose formula changes something where the gradient is 0.

    The rows of an embedding table that a batch does not hold change by the formula with g = 0: this equals the dense
    algorithm, but reads and writes whole tables, though never a gradient of that size. If `lazy`, these rows are
    neither read nor written: a step costs what the batch's rows cost, and the state of a row decays only when the row
    comes up.

    Args:
        learning_rate, weight_decay, global_clipnorm, name, kwargs: as `RowWise` has them.
        lazy: leave the rows alone that a batch does not hold.

    Raises:
        ValueError: `lazy` and `weight_decay` together, or what `RowWise` refuses.
    """

    def __init__(
        self, learning_rate: Any, weight_decay: NonNegativeFloat | None = None, lazy: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(learning_rate, weight_decay, **kwargs)
        if lazy and weight_decay:
            raise ValueError(
                "lazy=True leaves the rows alone that a batch does not hold, and weight_decay moves every row: choose "
                f"one of them. Received: lazy={lazy}, weight_decay={weight_decay}"
            )
        self.lazy = lazy

    def idle(self, *state: tf.Tensor) -> tuple[tf.Tensor | None, ...]:
        """The formula for g = 0: the direction, None if the weights stay, then the new state.

        A subclass has its own where the formula would compute more than it needs.
        """
        return self.change(tf.zeros((), state[0].dtype), *state)

    def change_idle_rows(self, variable: Any, state: list[Any], rate: tf.Tensor) -> None:
        """Change all rows by the formula with g = 0, unless `lazy`."""
        if not self.lazy:
            self.write(variable, state, rate, *self.idle(*map(tf.convert_to_tensor, state)))


def bias_correction(beta: float, iterations: Any) -> tf.Tensor:
    """1 - beta^t, () float64, what the weights of a moving mean add up to at step t = iterations + 1.

    In float32, 1 - 0.999^t would have lost four of its digits at the start.
    """
    return 1 - tf.constant(beta, tf.float64) ** tf.cast(iterations + 1, tf.float64)
