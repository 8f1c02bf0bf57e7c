"""Base class of optimizers whose state changes without a gradient too."""

from __future__ import annotations

from typing import Unpack

import keras
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat
from tfd2l.optimizers.base.options import OptimizerOptions
from tfd2l.optimizers.base.row_wise import RowWiseOptimizer


class DecayingOptimizer(RowWiseOptimizer):
    """Base class of row-wise optimizers whose formula changes weights or state where the gradient is 0.

    Those rows of an embedding table that a batch does not use change by the formula with g = 0. The result is that of
    the dense algorithm, which reads and writes whole tables, but no gradient of that size is made. With `lazy`, these
    rows are neither read nor written: a step costs what the batch's rows cost, and the state of a row decays only when
    the row is used.

    Args:
        learning_rate: Learning rate, as `RowWiseOptimizer` takes it.
        weight_decay: Decoupled weight decay. `None`: none.
        lazy: Whether to leave those rows alone that a batch does not use. Defaults to `False`.
        global_clipnorm: Largest norm of all gradients together. `None`: no clipping.
        name: Name of the optimizer.
        **kwargs: Further arguments of `keras.optimizers.Optimizer`.

    Raises:
        ValueError: `lazy` is combined with `weight_decay`, or an argument is outside its range.

    Example:
        An average of past gradients in place of the gradient:

        >>> from tfd2l.optimizers.base.decaying import DecayingOptimizer
        >>> class Averaged(DecayingOptimizer):
        ...     slots = ("mean",)
        ...
        ...     def change(self, gradient, mean):
        ...         mean = 0.5 * mean + 0.5 * gradient
        ...         return mean, mean
        >>> weights = keras.Variable([1.0, 2.0])
        >>> optimizer = Averaged(learning_rate=0.1)
        >>> optimizer.apply([tf.constant([1.0, -1.0])], [weights])
        >>> weights.numpy()
        array([0.95, 2.05], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: NonNegativeFloat,
        weight_decay: NonNegativeFloat | None = None,
        lazy: bool = False,
        global_clipnorm: PositiveFloat | None = None,
        name: str | None = None,
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, weight_decay, global_clipnorm, name, **kwargs)
        if lazy and weight_decay:
            raise ValueError(
                "lazy=True leaves the rows alone that a batch does not use, and weight_decay moves every row: choose "
                f"one of them. Received: lazy={lazy}, weight_decay={weight_decay}"
            )
        self.lazy = lazy

    def change_without_gradient(self, *state: tf.Tensor) -> tuple[tf.Tensor | None, ...]:
        """Returns what `change` returns for g = 0; in place of a direction, None where the weights do not move.

        A subclass overrides this where `change` would compute more than is needed.
        """
        return self.change(tf.zeros((), state[0].dtype), *state)

    def change_idle_rows(self, variable: keras.Variable, state: list[tf.Variable], rate: tf.Tensor) -> None:
        """Changes all rows by the formula with g = 0, unless `lazy`."""
        if not self.lazy:
            self.write(variable, state, rate, *self.change_without_gradient(*map(tf.convert_to_tensor, state)))
