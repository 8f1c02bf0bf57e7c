"""What optimizers share that ask more of an objective than its gradient."""

from __future__ import annotations

from typing import Any

import keras

from tfd2l.errors import ComponentError
from tfd2l.optimizers.base.row_wise import require_not_negative


class OfAnObjective(keras.optimizers.Optimizer):
    """An optimizer of a model that is a point of an objective f.

    Such a model has one weight, `position` (d,), and a method `objective(position)` -> (): f, a function of the
    position alone, of tensors in the graph.

    Args:
        model: supplied by the experiment.
        learning_rate: not negative; a number or a schedule.
        name, kwargs: as every Keras optimizer's.

    Raises:
        ComponentError: the model is no such point.
        ValueError: a negative rate.
    """

    def __init__(self, model: Any, learning_rate: Any, name: str | None = None, **kwargs: Any) -> None:
        position, objective = getattr(model, "position", None), getattr(model, "objective", None)
        weights = len(model.trainable_variables)
        if position is None or len(position.shape) != 1 or not callable(objective) or weights != 1:
            raise ComponentError(
                f"The optimizer {name} needs the value of an objective wherever it asks, not only gradients: a model "
                "with one weight `position` (d,) and a method `objective(position)`, as those of the optimization labs "
                "have. For other models choose an optimizer that takes gradients alone (`tfd2l list optimizer`). "
                f"Received: the model {model.name} ({type(model).__name__}) with {weights} weights"
            )
        if isinstance(learning_rate, int | float):
            require_not_negative(learning_rate=learning_rate)
            learning_rate = float(learning_rate)
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.objective = objective
