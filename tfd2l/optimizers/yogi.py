"""Yogi."""

from __future__ import annotations

from typing import Unpack

import keras
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, ProperFraction
from tfd2l.optimizers.base.adaptive_moments import AdaptiveMomentsOptimizer
from tfd2l.optimizers.base.options import OptimizerOptions


@keras.saving.register_keras_serializable(package="tfd2l")
class Yogi(AdaptiveMomentsOptimizer):
    """Yogi: Adam with an additive update of the moving average of squared gradients.

    At step t = 1, 2, ...:

        v  = beta_1 * v + (1 - beta_1) * g                      v' = v / (1 - beta_1^t)
        s += (1 - beta_2) * g^2 * sgn(g^2 - s)                  s' = s / (1 - beta_2^t)
        w -= learning_rate * v' / (sqrt(s') + epsilon)

    Adam's s changes by (1 - beta_2) (g^2 - s), so that it forgets fast after large gradients; here it changes by a
    multiple of g^2. The notes of section 11.10 say that s is updated only if g^2 > s; it is lowered if g^2 < s. The
    book's TensorFlow code has epsilon outside the quotient, by a misplaced parenthesis, and 1e-6. Keras has no such
    class.

    Args:
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 0.01.
        beta_1: Decay of the moving average of gradients, in [0, 1). Defaults to 0.9.
        beta_2: Decay of the moving average of squared gradients, in [0, 1). Defaults to 0.999.
        epsilon: Number added to the root of the second moment. Defaults to 1e-3.
        lazy: Whether to leave weights and state of those rows of an embedding table alone that a batch does not use. By
            default they are updated with a gradient of 0, as in the dense algorithm.
        weight_decay: Decoupled weight decay: `w -= learning_rate * weight_decay * w` before the update. `None`: none.
        global_clipnorm: Largest norm of all gradients together; larger gradients are scaled down to it. `None`: no
            clipping.
        name: Name of the optimizer.
        **kwargs: Further arguments of `keras.optimizers.Optimizer`.

    Raises:
        ValueError: An argument is outside its range, or `lazy` is combined with `weight_decay`.

    Example:
        >>> from tfd2l.optimizers.yogi import Yogi
        >>> weights = keras.Variable([1.0, 2.0])
        >>> optimizer = Yogi(learning_rate=0.1)
        >>> for gradients in ([1.0, -1.0], [0.5, 0.0]):
        ...     optimizer.apply([tf.constant(gradients)], [weights])
        >>> weights.numpy()
        array([0.807 , 2.1668], dtype=float32)

    References:
        - Zaheer et al., 2018, *Adaptive Methods for Nonconvex Optimization*.
        - *Dive into Deep Learning*, section 11.10.
    """

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
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, beta_1, beta_2, epsilon, lazy, weight_decay, global_clipnorm, name, **kwargs)

    def change(self, gradient: tf.Tensor, mean: tf.Tensor, square: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Returns the direction and the new averages of gradients and of squared gradients."""
        mean = self.beta_1 * mean + (1 - self.beta_1) * gradient
        squared = tf.square(gradient)
        square = square + (1 - self.beta_2) * squared * tf.sign(squared - square)
        return self.direction(mean, square), mean, square

    def change_without_gradient(self, mean: tf.Tensor, square: tf.Tensor) -> tuple[tf.Tensor | None, ...]:
        """Decays the average of gradients; that of squared gradients stays."""
        mean = self.beta_1 * mean
        return self.direction(mean, square), mean, square
