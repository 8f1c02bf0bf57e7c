"""What the optimizers of chapter 11 share: one formula for whole tensors and for rows of embedding tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import keras
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat
from tfd2l.ops.optimization.unique_rows import UniqueRows, deduplicate_rows


class RowWise(keras.optimizers.Optimizer):
    """An optimizer in which every entry of a variable learns by its own gradient and state.

    A subclass names its state in `slots`, all of it 0 at the start, and gives its formula in `change`. The gradient of
    an embedding table is that of a batch's rows alone (`tf.IndexedSlices`). It is never made a whole table: only these
    rows are read and written, each once, however often the batch holds it. This is exact where a gradient of 0 changes
    nothing; `Decaying` is for the other formulas.

    State is kept, and computed with, in float32 at least: in bfloat16 a moving mean with decay 0.999 stands still,
    since its steps are smaller than half a unit of its last place.

    Args:
        learning_rate: not negative; a number or a schedule.
        weight_decay: w -= learning_rate weight_decay w before the update, for every row of a table.
        global_clipnorm: clip the norm of all gradients together.
        name, kwargs: as every Keras optimizer's.

    Raises:
        ValueError: a negative rate or decay of weights, a norm that is not positive.
    """

    slots: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[tuple[str, ...]] = ()  # of the subclass's constructor, kept under the same names

    def __init__(
        self,
        learning_rate: Any,
        weight_decay: NonNegativeFloat | None = None,
        global_clipnorm: PositiveFloat | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if isinstance(learning_rate, int | float):
            require_not_negative(learning_rate=learning_rate)
            learning_rate = float(learning_rate)  # Keras refuses 1
        require_not_negative(weight_decay=weight_decay or 0.0)
        if global_clipnorm is not None and global_clipnorm <= 0:
            raise ValueError(f"global_clipnorm is positive, or null. Received: global_clipnorm={global_clipnorm}")
        super().__init__(
            learning_rate=learning_rate,
            weight_decay=weight_decay or None,
            global_clipnorm=global_clipnorm,
            name=name,
            **kwargs,
        )

    def change(self, gradient: tf.Tensor, *state: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """The formula: the direction d of the step w -= learning_rate d, then the new state.

        Args:
            gradient: of a variable or of some of its rows; () 0 for all rows without one.
            state: one for each of `slots`, shaped like the variable or these rows.
        """
        raise NotImplementedError

    def build(self, variables: list[Any]) -> None:
        """Make the state of every variable."""
        if self.built:
            return
        super().build(variables)
        self.states = [[self._state(variable, slot) for slot in self.slots] for variable in variables]

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """One update of one variable; decay of weights and clipping come before it."""
        state = [held.value for held in self.states[self._get_variable_index(variable)]]
        rate = tf.cast(learning_rate, computed_in(variable))
        if isinstance(gradient, tf.IndexedSlices):
            self.change_rows(variable, state, deduplicate_rows(gradient), rate)
        else:
            self.change_whole(variable, state, tf.cast(gradient, rate.dtype), rate)

    def change_whole(self, variable: Any, state: list[Any], gradient: tf.Tensor, rate: tf.Tensor) -> None:
        """Change every entry of a variable."""
        self.write(variable, state, rate, *self.change(gradient, *map(tf.convert_to_tensor, state)))

    def write(self, variable: Any, state: list[Any], rate: tf.Tensor, direction: tf.Tensor | None, *new: Any) -> None:
        """Set the state, and move the weights, if there is a direction."""
        for held, value in zip(state, new, strict=True):
            held.assign(value)
        if direction is None:
            return
        if variable.dtype == rate.dtype:  # one kernel: it needs no memory for the product
            tf.raw_ops.ResourceApplyGradientDescent(var=variable.handle, alpha=rate, delta=direction)
        else:  # 16 bits: rounded once
            variable.assign(tf.cast(tf.cast(variable, rate.dtype) - rate * direction, variable.dtype))

    def change_rows(self, variable: Any, state: list[Any], gradient: UniqueRows, rate: tf.Tensor) -> None:
        """Change the rows that a gradient has."""
        rows, values = gradient.indices, tf.cast(gradient.values, rate.dtype)  # (rows,), (rows, ...)
        weights = tf.cast(tf.gather(variable, rows), rate.dtype)  # (rows, ...)
        direction, *new = self.change(values, *(tf.gather(held, rows) for held in state))
        self.change_idle_rows(variable, state, rate)  # all, before those with a gradient are written over
        for held, value in zip((variable, *state), (weights - rate * direction, *new), strict=True):
            held.scatter_update(tf.IndexedSlices(tf.cast(value, held.dtype), rows))

    def change_idle_rows(self, variable: Any, state: list[Any], rate: tf.Tensor) -> None:
        """Change the rows without a gradient, and any others too: nothing to do."""

    def get_config(self) -> dict[str, Any]:
        """Everything that the constructor takes."""
        return {**super().get_config(), **{option: getattr(self, option) for option in self.options}}

    def _state(self, variable: Any, slot: str) -> keras.Variable:
        # Not Keras' add_variable_from_reference: it would have the variable's type, 16 bits too.
        with self._distribution_strategy.extended.colocate_vars_with(getattr(variable, "value", variable)):
            path = getattr(variable, "path", variable.name).replace("/", "_").replace(":", "_")
            return self.add_variable(variable.shape, dtype=computed_in(variable).name, name=f"{path}_{slot}")

    def _clip_gradients(self, grads: list[Any]) -> list[Any]:
        """Keras', with the gradients of a row summed first, and no table made of rows for their norm."""
        grads = [deduplicate_rows(gradient) for gradient in grads]
        if self.global_clipnorm:
            grads, _ = tf.clip_by_global_norm(grads, self.global_clipnorm)
        else:
            grads = super()._clip_gradients(grads)
        return [UniqueRows(g.values, g.indices, g.dense_shape) if isinstance(g, tf.IndexedSlices) else g for g in grads]


def computed_in(variable: Any) -> tf.DType:
    """The type of a variable's state: its own, but float32 at least."""
    dtype = tf.as_dtype(variable.dtype)
    return tf.float32 if dtype.size < tf.float32.size else dtype


def require_decays(**decays: float) -> None:
    """Refuse decays outside [0, 1).

    Raises:
        ValueError: one is.
    """
    _require(decays, lambda value: 0 <= value < 1, "lies in [0, 1)")


def require_not_negative(**values: float) -> None:
    """Refuse negative values.

    Raises:
        ValueError: one is.
    """
    _require(values, lambda value: value >= 0, "is not negative")


def _require(values: dict[str, float], holds: Callable[[float], bool], what: str) -> None:
    for name, value in values.items():
        if not holds(value):
            raise ValueError(f"{name} {what}. Received: {name}={value}")
