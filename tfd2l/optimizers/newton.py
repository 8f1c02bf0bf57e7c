"""Newton's method."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat
from tfd2l.ops.optimization.hessian import compute_hessian
from tfd2l.optimizers.base.objective import OfAnObjective


class Newton(OfAnObjective):
    """Newton's method: to the minimum of the parabola that fits the objective at the point.

    x -= lr H^-1 g, with H the second derivatives of the objective at x.

    Where the objective is not convex, H may be negative, and the step goes up. With `absolute`, H is replaced by |H|
    (its eigenvectors, with the absolute eigenvalues), so that every step goes down. A singular H has no step: then
    the run fails with TensorFlow's error, or the step is not finite.

    Args:
        model: with one weight `position` (d,) and a method `objective(position)` -> (); supplied by the experiment.
        learning_rate: a number, or the run's schedule; 1 is Newton's own step.
        absolute: |H| for H.
        name, kwargs: as every Keras optimizer's.

    Raises:
        ComponentError: the model is no such point.
        ValueError: a negative rate.

    Source: section 11.3; for |H| Dauphin et al. 2014, *Identifying and attacking the saddle point problem in
    high-dimensional non-convex optimization*.
    """

    def __init__(
        self,
        model: Any,
        learning_rate: NonNegativeFloat = 1.0,
        absolute: bool = False,
        name: str = "newton",
        **kwargs: Any,
    ) -> None:
        super().__init__(model, learning_rate, name, **kwargs)
        self.absolute = absolute

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """One step."""
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
        """Everything that the constructor takes, but for the model."""
        return {**super().get_config(), "absolute": self.absolute}
