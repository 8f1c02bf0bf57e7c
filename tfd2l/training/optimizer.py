"""The engine's changes to a Keras optimizer, all in one class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

from tfd2l.ops.optimization.unique_rows import deduplicate_rows


class EngineOptimizer(keras.optimizers.Optimizer):
    """A Keras optimizer for gradients that are summed over the replicas, and for steps that run at the same time.

    It stands between an optimizer and the optimizer's own class (see `adapt_optimizer`). An object around the optimizer
    could not do this: Keras' optimizers call their own methods while they apply gradients (Nadam's
    `_backend_update_step`, Muon's `_apply_weight_decay`), and these calls would not come by it.

    - Gradients are not summed over the replicas again. Keras sums them after it has clipped them, so that clipping
      would depend on the number of replicas; here they come summed, and are clipped afterwards.
    - Every variable may have its own multiple of the learning rate. Everything that an optimizer multiplies by its rate
      is multiplied, the update as well as the weight decay, as if each group of variables had an optimizer with such a
      rate, and all together one count of steps and one norm to clip to.
    - Steps are counted by a `StepCounter`.
    """

    multipliers: Sequence[float] = ()  # of the learning rate, one for each variable that it is built with; none: all 1
    _multiplier = 1.0  # while the graph is traced: of the variables that are being changed

    def update_step(
        self, gradient: tf.Tensor | tf.IndexedSlices, variable: tf.Variable, learning_rate: tf.Tensor
    ) -> None:
        """Updates one variable, at its multiple of the learning rate."""
        multiplier = self._multiplier_of(variable)
        if multiplier == 1:
            super().update_step(gradient, variable, learning_rate)
            return
        with self._multiplied_by(multiplier):
            super().update_step(gradient, variable, learning_rate * multiplier)

    def _apply_weight_decay(self, variables: Sequence[keras.Variable]) -> None:
        groups: dict[float, list[keras.Variable]] = {}
        for variable in variables:
            groups.setdefault(self._multiplier_of(variable), []).append(variable)
        for multiplier, group in groups.items():
            with self._multiplied_by(multiplier):
                super()._apply_weight_decay(group)

    def _get_current_learning_rate(self) -> Any:
        rate = super()._get_current_learning_rate()
        return rate if self._multiplier == 1 else rate * self._multiplier

    def _all_reduce_sum_gradients(
        self, grads_and_vars: list[tuple[tf.Tensor, tf.Variable]]
    ) -> list[tuple[tf.Tensor, tf.Variable]]:
        return grads_and_vars

    def _multiplier_of(self, variable: tf.Variable) -> float:
        return self.multipliers[self._get_variable_index(variable)] if self.multipliers else 1.0

    @contextmanager
    def _multiplied_by(self, multiplier: float) -> Iterator[None]:
        # Set back to 1, not to what was there: the replicas of a strategy are traced in turns.
        self._multiplier = multiplier
        try:
            yield
        finally:
            self._multiplier = 1.0


class StepCounter(keras.Variable):
    """A count that several workers may increase at the same time, without a step lost.

    TensorFlow's variable adds in one operation, where Keras' reads, adds, and writes.
    """

    def assign_add(self, value: int | tf.Tensor) -> tf.Tensor:
        """Adds to the count."""
        return self.value.assign_add(tf.cast(value, self.dtype))


def adapt_optimizer(
    optimizer: keras.optimizers.Optimizer, multipliers: Sequence[float] = ()
) -> keras.optimizers.Optimizer:
    """Makes an optimizer an `EngineOptimizer`, in place: of a subclass of its own class that has the same name.

    An optimizer with a loss scale stays what it is; the one inside is adapted.

    Args:
        optimizer: any Keras optimizer, before its first step is traced; its variables stay the same.
        multipliers: of the learning rate, one for each variable that the optimizer is built with, in their order; none
            leaves those that it has.

    Returns:
        The same object.
    """
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    if not isinstance(inner, EngineOptimizer):
        own = type(inner)
        described = {"__module__": own.__module__, "__doc__": own.__doc__}
        inner.__class__ = type(own.__name__, (EngineOptimizer, own), described)
        inner._iterations.__class__ = StepCounter
    if any(multiplier != 1 for multiplier in multipliers):
        inner.multipliers = tuple(multipliers)
    return optimizer


def merge_rows(gradients: Sequence[tf.Tensor | tf.IndexedSlices | None]) -> list[tf.Tensor | tf.IndexedSlices | None]:
    """Sums the gradients of a row of an embedding table that a batch holds several times.

    Keras' update of the rows would keep one of them. Called before the branch in which an update is made: merged
    inside of it, the last bits of losses were other ones (skip_gram, step 19).
    """
    return [deduplicate_rows(gradient) for gradient in gradients]


def loss_scale(optimizer: keras.optimizers.Optimizer) -> keras.Variable | None:
    """Returns the variable that the optimizer divides gradients by, None if it does not."""
    return getattr(optimizer, "dynamic_scale", None)
