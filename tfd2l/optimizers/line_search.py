"""Gradient descent with a line search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import InnerFraction, NonNegativeFloat, PositiveInt
from tfd2l.optimizers.base.objective import ObjectiveOptimizer
from tfd2l.optimizers.base.options import OptimizerOptions

INVERSE_GOLDEN_RATIO = (5**0.5 - 1) / 2

Along = Callable[[tf.Tensor], tf.Tensor]  # eta -> f(x - eta g)


class LineSearch(ObjectiveOptimizer):
    """Gradient descent with a line search: backtracking, or golden section.

        x -= eta * g,    eta in [0, learning_rate] from the values of f(x - eta * g)

    - `backtracking` (Armijo's rule): eta = learning_rate * shrink^k with the least k for which
      f(x - eta g) <= f(x) - sufficient_decrease * eta * |g|^2; no step, if `max_trials` trials are not enough.
    - `golden_section`: a minimum of f(x - eta g) over [0, learning_rate], whose bracket is shortened `max_trials` times
      by 0.618; the global minimum, if it is the only one.

    Args:
        model: Model with one weight `position`, of shape `(d,)`, and a method `objective(position)` that returns a
            scalar. An experiment passes its model.
        learning_rate: Largest eta, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 1.
        method: `"backtracking"`, the default, or `"golden_section"`.
        shrink: Factor from one trial of backtracking to the next, between 0 and 1. Defaults to 0.5.
        sufficient_decrease: Fraction, between 0 and 1, of the decrease along the gradient's slope that backtracking
            requires. Defaults to 1e-4.
        max_trials: Largest number of trials, or number of times that the bracket is shortened. Defaults to 50.
        name: Name of the optimizer.
        **kwargs: Further arguments of `keras.optimizers.Optimizer`.

    Raises:
        ComponentError: The model has no such weight and objective.
        ValueError: An argument is outside its range.

    Example:
        >>> from tfd2l.models.point import Point
        >>> from tfd2l.optimizers.line_search import LineSearch
        >>> model = Point(start=[-5.0, -2.0], total_steps=1, objective="quadratic")  # x1^2 + 2 x2^2
        >>> model.descend(LineSearch(model), noise=tf.zeros([1, 2]))
        array([[-5., -2.],
               [ 0.,  2.]], dtype=float32)

    References:
        - Armijo, 1966, *Minimization of functions having Lipschitz continuous first partial derivatives*.
        - Kiefer, 1953, *Sequential minimax search for a maximum*.
        - *Dive into Deep Learning*, section 11.3.
    """

    @check_bounds
    def __init__(
        self,
        model: keras.Model,
        learning_rate: NonNegativeFloat = 1.0,
        method: Literal["backtracking", "golden_section"] = "backtracking",
        shrink: InnerFraction = 0.5,
        sufficient_decrease: InnerFraction = 1e-4,
        max_trials: PositiveInt = 50,
        name: str = "line_search",
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(model, learning_rate, name, **kwargs)
        if method not in ("backtracking", "golden_section"):
            raise ValueError(f"method must be backtracking or golden_section. Received: {method=}")
        self.method = method
        self.shrink = shrink
        self.sufficient_decrease = sufficient_decrease
        self.max_trials = max_trials

    def update_step(
        self, gradient: tf.Tensor | tf.IndexedSlices, variable: keras.Variable, learning_rate: tf.Tensor
    ) -> None:
        """Updates the position by one step."""
        position, gradient = tf.convert_to_tensor(variable), tf.cast(gradient, variable.dtype)  # (d,), (d,)
        longest = tf.cast(learning_rate, variable.dtype)

        def along(eta: tf.Tensor) -> tf.Tensor:
            return self.objective(position - eta * gradient)

        if self.method == "backtracking":
            eta = self._backtracked(along, longest, tf.reduce_sum(tf.square(gradient)))
        else:
            eta = self._golden_section(along, longest)
        variable.assign_sub(eta * gradient)

    def _backtracked(self, along: Along, longest: tf.Tensor, slope: tf.Tensor) -> tf.Tensor:
        start = along(tf.zeros_like(longest))

        def decreases(eta: tf.Tensor) -> tf.Tensor:
            return along(eta) <= start - self.sufficient_decrease * eta * slope

        eta, enough = tf.while_loop(
            lambda _, enough: tf.logical_not(enough),
            lambda eta, _: (eta * self.shrink, decreases(eta * self.shrink)),
            (longest, decreases(longest)),
            maximum_iterations=self.max_trials - 1,
        )
        return tf.where(enough, eta, tf.zeros_like(eta))

    def _golden_section(self, along: Along, longest: tf.Tensor) -> tf.Tensor:
        """Searches the minimum between low and high, cutting off the side of the higher of two values inside."""

        def shorten(low: tf.Tensor, high: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            part = INVERSE_GOLDEN_RATIO * (high - low)
            left, right = high - part, low + part
            falls = along(right) < along(left)
            return tf.where(falls, left, low), tf.where(falls, high, right)

        low, high = tf.while_loop(
            lambda *_: True, shorten, (tf.zeros_like(longest), longest), maximum_iterations=self.max_trials
        )
        return (low + high) / 2

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments of the constructor, except the model."""
        own = ("method", "shrink", "sufficient_decrease", "max_trials")
        return {**super().get_config(), **{key: getattr(self, key) for key in own}}
