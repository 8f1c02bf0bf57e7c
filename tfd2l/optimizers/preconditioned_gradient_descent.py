"""Gradient descent preconditioned by the diagonal of the Hessian."""

from __future__ import annotations

from typing import Unpack

import keras
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat
from tfd2l.ops.optimization.hessian import compute_hessian
from tfd2l.optimizers.base.objective import ObjectiveOptimizer
from tfd2l.optimizers.base.options import OptimizerOptions


class PreconditionedGradientDescent(ObjectiveOptimizer):
    """Gradient descent preconditioned by the diagonal of the Hessian.

        x_i -= learning_rate * g_i / |H_ii|

    This is Newton's method without the mixed second derivatives. A coordinate without curvature has no finite step.

    Args:
        model: Model with one weight `position`, of shape `(d,)`, and a method `objective(position)` that returns a
            scalar. An experiment passes its model.
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 1.
        name: Name of the optimizer.
        **kwargs: Further arguments of `keras.optimizers.Optimizer`.

    Raises:
        ComponentError: The model has no such weight and objective.
        ValueError: An argument is outside its range.

    Example:
        >>> from tfd2l.models.point import Point
        >>> from tfd2l.optimizers.preconditioned_gradient_descent import PreconditionedGradientDescent
        >>> model = Point(start=[-5.0, -2.0], total_steps=1, objective="quadratic")  # x1^2 + 2 x2^2
        >>> model.descend(PreconditionedGradientDescent(model), noise=tf.zeros([1, 2]))
        array([[-5., -2.],
               [ 0.,  0.]], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 11.3.
    """

    def __init__(
        self,
        model: keras.Model,
        learning_rate: NonNegativeFloat = 1.0,
        name: str = "preconditioned_gradient_descent",
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(model, learning_rate, name, **kwargs)

    def update_step(
        self, gradient: tf.Tensor | tf.IndexedSlices, variable: keras.Variable, learning_rate: tf.Tensor
    ) -> None:
        """Updates the position by one step."""
        diagonal = tf.linalg.diag_part(compute_hessian(self.objective, tf.convert_to_tensor(variable)))  # (d,)
        rate = tf.cast(learning_rate, variable.dtype)
        variable.assign_sub(rate * tf.cast(gradient, variable.dtype) / tf.abs(diagonal))
