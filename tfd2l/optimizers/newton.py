"""Newton's method."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import NonNegativeFloat
from tfd2l.ops.optimization.hessian import compute_hessian
from tfd2l.optimizers.base.objective import ObjectiveOptimizer
from tfd2l.optimizers.base.options import OptimizerOptions


class Newton(ObjectiveOptimizer):
    """Newton's method, with the Hessian of the objective.

        x -= learning_rate * H^-1 g

    H is the Hessian of the objective at x, g its gradient. Where the objective is not convex, H may have negative
    eigenvalues, and the step may go up. With `absolute`, H is replaced by |H| (its eigenvectors, with the absolute
    values of its eigenvalues), so that every step goes down. A singular H has no step: the run fails with TensorFlow's
    error, or the step is not finite.

    Args:
        model: Model with one weight `position`, of shape `(d,)`, and a method `objective(position)` that returns a
            scalar. An experiment passes its model.
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 1,
            Newton's own step.
        absolute: Whether to replace H by |H|. Defaults to `False`.
        name: Name of the optimizer.
        **kwargs: Further arguments of `keras.optimizers.Optimizer`.

    Raises:
        ComponentError: The model has no such weight and objective.
        ValueError: An argument is outside its range.

    Example:
        >>> from tfd2l.models.point import Point
        >>> from tfd2l.optimizers.newton import Newton
        >>> model = Point(start=[-5.0, -2.0], total_steps=1, objective="quadratic")  # x1^2 + 2 x2^2
        >>> model.descend(Newton(model), noise=tf.zeros([1, 2]))
        array([[-5., -2.],
               [ 0.,  0.]], dtype=float32)

    References:
        - Dauphin et al., 2014, *Identifying and attacking the saddle point problem in high-dimensional non-convex
          optimization*, for |H|.
        - *Dive into Deep Learning*, section 11.3.
    """

    @check_bounds
    def __init__(
        self,
        model: keras.Model,
        learning_rate: NonNegativeFloat = 1.0,
        absolute: bool = False,
        name: str = "newton",
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(model, learning_rate, name, **kwargs)
        self.absolute = absolute

    def update_step(
        self, gradient: tf.Tensor | tf.IndexedSlices, variable: keras.Variable, learning_rate: tf.Tensor
    ) -> None:
        """Updates the position by one step."""
        curvature = compute_hessian(self.objective, tf.convert_to_tensor(variable))  # (d, d)
        column = tf.cast(gradient, variable.dtype)[:, None]  # (d, 1)
        if self.absolute:
            eigenvalues, eigenvectors = tf.linalg.eigh(curvature)  # (d,), (d, d)
            along = tf.linalg.matmul(eigenvectors, column, transpose_a=True) / tf.abs(eigenvalues)[:, None]
            direction = eigenvectors @ along
        else:
            direction = tf.linalg.solve(curvature, column)
        variable.assign_sub(tf.cast(learning_rate, variable.dtype) * direction[:, 0])

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments of the constructor, except the model."""
        return {**super().get_config(), "absolute": self.absolute}
