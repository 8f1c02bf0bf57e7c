"""Gradient descent, preconditioned by the diagonal of the Hessian."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat
from tfd2l.ops.optimization.hessian import compute_hessian
from tfd2l.optimizers.base.objective import OfAnObjective


class PreconditionedGradientDescent(OfAnObjective):
    """Gradient descent with a rate for every coordinate: the inverse of its own second derivative.

    x_i -= lr g_i / |H_ii|

    Newton's method without what the coordinates have to do with each other. A coordinate without curvature has no
    finite step.

    Args:
        model: with one weight `position` (d,) and a method `objective(position)` -> (); supplied by the experiment.
        learning_rate: a number, or the run's schedule.
        name, kwargs: as every Keras optimizer's.

    Raises:
        ComponentError: the model is no such point.
        ValueError: a negative rate.

    Source: section 11.3.
    """

    def __init__(
        self,
        model: Any,
        learning_rate: NonNegativeFloat = 1.0,
        name: str = "preconditioned_gradient_descent",
        **kwargs: Any,
    ) -> None:
        super().__init__(model, learning_rate, name, **kwargs)

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """One step."""
        diagonal = tf.linalg.diag_part(compute_hessian(self.objective, tf.convert_to_tensor(variable)))  # (d,)
        rate = tf.cast(learning_rate, variable.dtype)
        variable.assign_sub(rate * tf.cast(gradient, variable.dtype) / tf.abs(diagonal))
