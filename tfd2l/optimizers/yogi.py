"""Yogi."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, ProperFraction
from tfd2l.optimizers.base.decaying import Decaying, bias_correction
from tfd2l.optimizers.base.row_wise import require_decays, require_not_negative


@keras.saving.register_keras_serializable(package="tfd2l")
class Yogi(Decaying):
    """Yogi: Adam whose mean of squares moves by g^2, up or down, however large it is.

    At step t = 1, 2, ...:

        v  = beta_1 v + (1 - beta_1) g                      v' = v / (1 - beta_1^t)
        s += (1 - beta_2) g^2 sgn(g^2 - s)                  s' = s / (1 - beta_2^t)
        w -= lr v' / (sqrt(s') + epsilon)

    Adam's s moves by (1 - beta_2) (g^2 - s), so it forgets fast after large gradients. The notes of section 11.10 say
    that s is updated only if g^2 > s; it is lowered if g^2 < s. The book's TensorFlow code has epsilon outside the
    quotient, by a misplaced parenthesis, and 1e-6. Keras has no class of this name.

    Args:
        learning_rate: a number, or the run's schedule.
        beta_1, beta_2: decay of the mean of gradients and of squares, in [0, 1).
        epsilon: outside the root.
        lazy: leave state and weights of embedding rows alone that a batch does not hold; by default they go on by
            their mean gradient, as in the dense algorithm (s stays: its step has the factor g^2).
        weight_decay: w -= learning_rate weight_decay w before the update, decoupled from it; null is none.
        global_clipnorm: clip the norm of all gradients together; null does not.
        name, kwargs: as every Keras optimizer's.

    Raises:
        ValueError: a beta outside [0, 1), a negative rate, epsilon or decay of weights, `lazy` with `weight_decay`.

    Source: section 11.10; Zaheer et al. 2018, *Adaptive Methods for Nonconvex Optimization*.
    """

    slots = ("mean", "square")
    options = ("beta_1", "beta_2", "epsilon", "lazy")

    def __init__(
        self,
        learning_rate: NonNegativeFloat = 0.01,
        beta_1: ProperFraction = 0.9,
        beta_2: ProperFraction = 0.999,
        epsilon: NonNegativeFloat = 1e-3,
        lazy: bool = False,
        weight_decay: NonNegativeFloat | None = None,
        global_clipnorm: PositiveFloat | None = None,
        name: str = "yogi",
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, lazy, global_clipnorm=global_clipnorm, name=name, **kwargs)
        require_decays(beta_1=beta_1, beta_2=beta_2)
        require_not_negative(epsilon=epsilon)
        self.beta_1, self.beta_2 = beta_1, beta_2
        self.epsilon = epsilon

    def change(self, gradient: tf.Tensor, mean: tf.Tensor, square: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """The direction, new mean of gradients and of squares."""
        mean = self.beta_1 * mean + (1 - self.beta_1) * gradient
        squared = tf.square(gradient)
        square = square + (1 - self.beta_2) * squared * tf.sign(squared - square)
        return self._direction(mean, square), mean, square

    def idle(self, mean: tf.Tensor, square: tf.Tensor) -> tuple[tf.Tensor | None, ...]:
        """The formula for g = 0: s stays."""
        mean = self.beta_1 * mean
        return self._direction(mean, square), mean, square

    def _direction(self, mean: tf.Tensor, square: tf.Tensor) -> tf.Tensor:
        betas = (self.beta_1, self.beta_2)
        of_mean, of_square = (tf.cast(bias_correction(beta, self.iterations), mean.dtype) for beta in betas)
        return mean / of_mean / (tf.sqrt(square / of_square) + self.epsilon)
