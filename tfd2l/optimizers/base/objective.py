"""Base class of optimizers that use more of an objective than its gradient."""

from __future__ import annotations

from typing import Unpack

import keras

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import NonNegativeFloat
from tfd2l.errors import ComponentError
from tfd2l.optimizers.base.options import OptimizerOptions


class ObjectiveOptimizer(keras.optimizers.Optimizer):
    """Base class of optimizers that evaluate the objective f, for models that are a point of it.

    Such a model has one weight `position`, of shape `(d,)`, and a method `objective(position)` that returns the scalar
    f, a function of the position alone, computed in the graph.

    Args:
        model: The model. An experiment passes its own.
        learning_rate: Learning rate, a number that is not negative or a schedule.
        name: Name of the optimizer.
        **kwargs: Further arguments of `keras.optimizers.Optimizer`.

    Raises:
        ComponentError: The model has no such weight and objective.
        ValueError: The learning rate is negative.

    Example:
        A step to the better one of two points:

        >>> from tfd2l.models.point import Point
        >>> from tfd2l.optimizers.base.objective import ObjectiveOptimizer
        >>> class Cautious(ObjectiveOptimizer):
        ...     def update_step(self, gradient, variable, learning_rate):
        ...         position = tf.convert_to_tensor(variable)
        ...         ahead = position - learning_rate * gradient
        ...         better = self.objective(ahead) < self.objective(position)
        ...         variable.assign(tf.where(better, ahead, position))
        >>> model = Point(start=[-5.0, -2.0], total_steps=1, objective="quadratic")
        >>> model.descend(Cautious(model, learning_rate=9.0), noise=tf.zeros([1, 2]))
        array([[-5., -2.],
               [-5., -2.]], dtype=float32)
    """

    @check_bounds
    def __init__(
        self,
        model: keras.Model,
        learning_rate: NonNegativeFloat,
        name: str | None = None,
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        position, objective = getattr(model, "position", None), getattr(model, "objective", None)
        weights = len(model.trainable_variables)
        if position is None or len(position.shape) != 1 or not callable(objective) or weights != 1:
            raise ComponentError(
                f"The optimizer {name} evaluates the objective itself, not only its gradients: it requires a model "
                "with one weight `position` (d,) and a method `objective(position)`, as the models of the optimization "
                "experiments have. For other models choose an optimizer that uses gradients alone (`tfd2l list "
                f"optimizer`). Received: the model {model.name} ({type(model).__name__}) with {weights} weights"
            )
        if isinstance(learning_rate, int | float):
            learning_rate = float(learning_rate)  # Keras refuses integers
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.objective = objective
