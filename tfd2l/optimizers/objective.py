"""What optimizers share that ask more of an objective than its gradient."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.errors import ComponentError
from tfd2l.optimizers.row_wise import require_not_negative


class OfAnObjective(keras.optimizers.Optimizer):
    """An optimizer of a model that is a point of an objective f.

    Such a model has one weight, `position` (d,), and a method `objective(position)` -> (): f, a function of the
    position alone, of tensors in the graph.

    Arguments:
        model: supplied by the pipeline.
        learning_rate: not negative; a number or a schedule.
        name, kwargs: as every Keras optimizer's.

    Raises:
        ComponentError: the model is no such point.
        ValueError: a negative rate.
    """

    def __init__(self, model: Any, learning_rate: Any, name: str | None = None, **kwargs: Any) -> None:
        position, objective = getattr(model, "position", None), getattr(model, "objective", None)
        weights = [weight.path for weight in model.trainable_variables]
        if position is None or len(position.shape) != 1 or not callable(objective) or len(weights) != 1:
            raise ComponentError(
                f"The optimizer {name} needs the value of an objective wherever it asks, not only gradients: a model "
                "with one weight `position` (d,) and a method `objective(position)`, as those of the optimization labs "
                "have. For other models choose an optimizer that takes gradients alone (`tfd2l list optimizer`). "
                f"Received: {type(model).__name__} with the weights {', '.join(weights) or 'none'}"
            )
        if isinstance(learning_rate, int | float):
            require_not_negative(learning_rate=learning_rate)
            learning_rate = float(learning_rate)
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.objective = objective


def hessian(objective: Any, position: tf.Tensor) -> tf.Tensor:
    """Second derivatives of an objective at a position (d,), (d, d)."""
    with tf.GradientTape() as outer:
        outer.watch(position)
        with tf.GradientTape() as inner:
            inner.watch(position)
            value = objective(position)
        gradient = inner.gradient(value, position, unconnected_gradients="zero")  # (d,)
    rows = outer.jacobian(gradient, position, unconnected_gradients="zero")
    return tf.ensure_shape(rows, [position.shape[0], position.shape[0]])
