"""Gradient descent with a line search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import tensorflow as tf

from tfd2l.config.ranges import InnerFraction, NonNegativeFloat, PositiveInt
from tfd2l.optimizers.base.objective import OfAnObjective

INVERSE_GOLDEN_RATIO = (5**0.5 - 1) / 2

Along = Callable[[tf.Tensor], tf.Tensor]  # eta -> f(x - eta g)


class LineSearch(OfAnObjective):
    """Gradient descent whose every step is as long as the objective along the gradient says.

    x -= eta g, with eta in [0, learning_rate] from f(x - eta g):

    - `backtracking` (Armijo's rule): eta = learning_rate shrink^k with the least k for which
      f(x - eta g) <= f(x) - sufficient_decrease eta |g|^2; if `max_trials` are not enough, no step;
    - `golden_section`: a minimum of f(x - eta g) over [0, learning_rate], the bracket shortened `max_trials` times by
      0.618; it is the least value if there is one minimum alone.

    Args:
        model: with one weight `position` (d,) and a method `objective(position)` -> (); supplied by the experiment.
        learning_rate: the longest eta; a number, or the run's schedule.
        method: which of the two.
        shrink: factor from one trial of backtracking to the next, between 0 and 1.
        sufficient_decrease: part of the decrease that the slope promises, between 0 and 1, for backtracking.
        max_trials: values of eta that backtracking tries, or times that the bracket is shortened; 1 or more.
        name, kwargs: as every Keras optimizer's.

    Raises:
        ComponentError: the model is no such point.
        ValueError: an option out of its range.

    Source: section 11.3; Armijo 1966, *Minimization of functions having Lipschitz continuous first partial
    derivatives*; Kiefer 1953, *Sequential minimax search for a maximum*.
    """

    def __init__(
        self,
        model: Any,
        learning_rate: NonNegativeFloat = 1.0,
        method: Literal["backtracking", "golden_section"] = "backtracking",
        shrink: InnerFraction = 0.5,
        sufficient_decrease: InnerFraction = 1e-4,
        max_trials: PositiveInt = 50,
        name: str = "line_search",
        **kwargs: Any,
    ) -> None:
        super().__init__(model, learning_rate, name, **kwargs)
        if method not in ("backtracking", "golden_section"):
            raise ValueError(f"method is backtracking or golden_section. Received: {method=}")
        for key, value in (("shrink", shrink), ("sufficient_decrease", sufficient_decrease)):
            if not 0 < value < 1:
                raise ValueError(f"{key} lies between 0 and 1. Received: {key}={value}")
        if max_trials < 1:
            raise ValueError(f"max_trials is 1 or more. Received: {max_trials=}")
        self.method = method
        self.shrink = shrink
        self.sufficient_decrease = sufficient_decrease
        self.max_trials = max_trials

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """One step."""
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
        """The minimum lies between low and high; of the two values inside, the higher one's side is cut off."""

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
        """Everything that the constructor takes, but for the model."""
        own = ("method", "shrink", "sufficient_decrease", "max_trials")
        return {**super().get_config(), **{key: getattr(self, key) for key in own}}
