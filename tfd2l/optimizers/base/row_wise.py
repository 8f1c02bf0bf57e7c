"""Base class of optimizers whose formula applies to whole tensors and to rows of embedding tables alike."""

from __future__ import annotations

from typing import Any, ClassVar, Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat
from tfd2l.ops.optimization.unique_rows import UniqueRows, deduplicate_rows
from tfd2l.optimizers.base.options import OptimizerOptions


class RowWiseOptimizer(keras.optimizers.Optimizer):
    """Base class of optimizers that update every entry of a variable from its own gradient and state.

    A subclass names its state in `slots`, all of which is 0 at the start, and implements its formula in `change`. The
    gradient of an embedding table (`tf.IndexedSlices`) is never made a whole table: only the rows of the batch are read
    and written, each once, however often the batch uses it. This is exact where a gradient of 0 changes nothing;
    `DecayingOptimizer` is for other formulas.

    State is kept, and computed with, in float32 at least: in bfloat16 a moving average with decay 0.999 would not move,
    since its steps are smaller than half a unit in the last place.

    Args:
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`.
        weight_decay: Decoupled weight decay, which applies to every row of a table: `w -= learning_rate * weight_decay
            * w` before the update. `None`: none.
        global_clipnorm: Largest norm of all gradients together; larger gradients are scaled down to it. `None`: no
            clipping.
        name: Name of the optimizer.
        **kwargs: Further arguments of `keras.optimizers.Optimizer`.

    Raises:
        ValueError: An argument is outside its range.

    Example:
        Steps along the sign of the gradient:

        >>> from tfd2l.optimizers.base.row_wise import RowWiseOptimizer
        >>> class SignSGD(RowWiseOptimizer):
        ...     def change(self, gradient):
        ...         return (tf.sign(gradient),)
        >>> weights = keras.Variable([1.0, 2.0])
        >>> SignSGD(learning_rate=0.1).apply([tf.constant([3.0, -5.0])], [weights])
        >>> weights.numpy()
        array([0.9, 2.1], dtype=float32)
    """

    slots: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[
        tuple[str, ...]
    ] = ()  # arguments of the subclass's constructor, kept as attributes of these names

    @check_bounds
    def __init__(
        self,
        learning_rate: NonNegativeFloat,
        weight_decay: NonNegativeFloat | None = None,
        global_clipnorm: PositiveFloat | None = None,
        name: str | None = None,
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        if isinstance(learning_rate, int | float):
            learning_rate = float(learning_rate)  # Keras refuses integers
        super().__init__(
            learning_rate=learning_rate,
            weight_decay=weight_decay or None,
            global_clipnorm=global_clipnorm,
            name=name,
            **kwargs,
        )

    def change(self, gradient: tf.Tensor, *state: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Returns the direction d of the step `w -= learning_rate * d`, and the new state.

        Args:
            gradient: Gradient of a variable, or of some of its rows; a scalar 0 for all rows without one.
            *state: State for each of `slots`, of the shape of the variable or of these rows.
        """
        raise NotImplementedError

    def build(self, variables: list[keras.Variable]) -> None:
        """Creates the state of every variable."""
        if self.built:
            return
        super().build(variables)
        self.states = [[self._state(variable, slot) for slot in self.slots] for variable in variables]

    def update_step(
        self, gradient: tf.Tensor | tf.IndexedSlices, variable: keras.Variable, learning_rate: tf.Tensor
    ) -> None:
        """Updates one variable; weight decay and clipping have been applied before."""
        state = [held.value for held in self.states[self._get_variable_index(variable)]]
        rate = tf.cast(learning_rate, get_state_dtype(variable))
        if isinstance(gradient, tf.IndexedSlices):
            self.change_rows(variable, state, deduplicate_rows(gradient), rate)
        else:
            self.change_whole(variable, state, tf.cast(gradient, rate.dtype), rate)

    def change_whole(
        self, variable: keras.Variable, state: list[tf.Variable], gradient: tf.Tensor, rate: tf.Tensor
    ) -> None:
        """Updates every entry of a variable."""
        self.write(variable, state, rate, *self.change(gradient, *map(tf.convert_to_tensor, state)))

    def write(
        self,
        variable: keras.Variable,
        state: list[tf.Variable],
        rate: tf.Tensor,
        direction: tf.Tensor | None,
        *new: tf.Tensor,
    ) -> None:
        """Assigns the state, and moves the weights if there is a direction."""
        for held, value in zip(state, new, strict=True):
            held.assign(value)
        if direction is None:
            return
        if variable.dtype == rate.dtype:  # one kernel: it needs no memory for the product
            tf.raw_ops.ResourceApplyGradientDescent(var=variable.handle, alpha=rate, delta=direction)
        else:  # 16 bits: rounded once
            variable.assign(tf.cast(tf.cast(variable, rate.dtype) - rate * direction, variable.dtype))

    def change_rows(
        self, variable: keras.Variable, state: list[tf.Variable], gradient: UniqueRows, rate: tf.Tensor
    ) -> None:
        """Updates the rows that a gradient has."""
        rows, values = gradient.indices, tf.cast(gradient.values, rate.dtype)  # (rows,), (rows, ...)
        weights = tf.cast(tf.gather(variable, rows), rate.dtype)  # (rows, ...)
        direction, *new = self.change(values, *(tf.gather(held, rows) for held in state))
        self.change_idle_rows(variable, state, rate)  # all, before those with a gradient are written over
        for held, value in zip((variable, *state), (weights - rate * direction, *new), strict=True):
            held.scatter_update(tf.IndexedSlices(tf.cast(value, held.dtype), rows))

    def change_idle_rows(self, variable: keras.Variable, state: list[tf.Variable], rate: tf.Tensor) -> None:
        """Updates the rows without a gradient, and possibly others; does nothing by default."""

    def get_config(self) -> dict[str, Any]:
        """Returns all arguments of the constructor."""
        return {**super().get_config(), **{option: getattr(self, option) for option in self.options}}

    def _state(self, variable: keras.Variable, slot: str) -> keras.Variable:
        # Not Keras' add_variable_from_reference: it would have the variable's type, 16 bits too.
        with self._distribution_strategy.extended.colocate_vars_with(getattr(variable, "value", variable)):
            path = getattr(variable, "path", variable.name).replace("/", "_").replace(":", "_")
            return self.add_variable(variable.shape, dtype=get_state_dtype(variable).name, name=f"{path}_{slot}")

    def _clip_gradients(self, grads: list[tf.Tensor | tf.IndexedSlices]) -> list[tf.Tensor | tf.IndexedSlices]:
        """Clips as Keras does, but sums the gradients of a row first, and makes no tables of rows for their norm."""
        grads = [deduplicate_rows(gradient) for gradient in grads]
        if self.global_clipnorm:
            grads, _ = tf.clip_by_global_norm(grads, self.global_clipnorm)
        else:
            grads = super()._clip_gradients(grads)
        return [UniqueRows(g.values, g.indices, g.dense_shape) if isinstance(g, tf.IndexedSlices) else g for g in grads]


def get_state_dtype(variable: keras.Variable) -> tf.DType:
    """Returns the type of a variable's state: its own, but float32 at least."""
    dtype = tf.as_dtype(variable.dtype)
    return tf.float32 if dtype.size < tf.float32.size else dtype
