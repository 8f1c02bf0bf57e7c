"""Adam."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, ProperFraction
from tfd2l.optimizers.base.decaying import Decaying, bias_correction
from tfd2l.optimizers.base.row_wise import require_decays, require_not_negative


@keras.saving.register_keras_serializable(package="tfd2l")
class Adam(Decaying):
    """Adam: momentum, with the rate of every weight as in RMSProp, both corrected for their start at 0.

    At step t = 1, 2, ...:

        v  = beta_1 v + (1 - beta_1) g          v' = v / (1 - beta_1^t)
        s  = beta_2 s + (1 - beta_2) g^2        s' = s / (1 - beta_2^t)
        w -= lr v' / (sqrt(s') + epsilon)

    Keras' class of this name adds epsilon to the root of s, not of s', so that it weighs more in the first steps (by
    1 / sqrt(1 - beta_2^t), 32 at t = 1), and its epsilon is 1e-7. PyTorch's is the same as this with epsilon 1e-8.

    Args:
        learning_rate: a number, or the run's schedule.
        beta_1, beta_2: decay of the mean of gradients and of squares, in [0, 1).
        epsilon: outside the root.
        lazy: leave state and weights of embedding rows alone that a batch does not hold; by default they go on by
            their mean gradient, as in the dense algorithm.
        weight_decay: w -= learning_rate weight_decay w before the update, decoupled from it; null is none.
        global_clipnorm: clip the norm of all gradients together; null does not.
        name, kwargs: as every Keras optimizer's.

    Raises:
        ValueError: a beta outside [0, 1), a negative rate, epsilon or decay of weights, `lazy` with `weight_decay`.

    Source: section 11.10; Kingma and Ba 2015, *Adam: A Method for Stochastic Optimization*, Algorithm 1.
    """

    slots = ("mean", "square")
    options = ("beta_1", "beta_2", "epsilon", "lazy")

    def __init__(
        self,
        learning_rate: NonNegativeFloat = 0.001,
        beta_1: ProperFraction = 0.9,
        beta_2: ProperFraction = 0.999,
        epsilon: NonNegativeFloat = 1e-6,
        lazy: bool = False,
        weight_decay: NonNegativeFloat | None = None,
        global_clipnorm: PositiveFloat | None = None,
        name: str = "adam",
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, lazy, global_clipnorm=global_clipnorm, name=name, **kwargs)
        require_decays(beta_1=beta_1, beta_2=beta_2)
        require_not_negative(epsilon=epsilon)
        self.beta_1, self.beta_2 = beta_1, beta_2
        self.epsilon = epsilon

    def change(self, gradient: tf.Tensor, mean: tf.Tensor, square: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """The direction, new mean of gradients and of squares."""
        of_mean, of_square = (tf.cast(value, gradient.dtype) for value in self.corrections(tf.float64))
        mean = self.beta_1 * mean + (1 - self.beta_1) * gradient
        square = self.beta_2 * square + (1 - self.beta_2) * tf.square(gradient)
        return mean / of_mean / (tf.sqrt(square / of_square) + self.epsilon), mean, square

    def corrections(self, dtype: tf.DType) -> list[tf.Tensor]:
        """(1 - beta_1^t, 1 - beta_2^t), both () float64, of the decays as they are in a type."""
        rounded = [float(np.array(beta, dtype.as_numpy_dtype)) for beta in (self.beta_1, self.beta_2)]
        return [bias_correction(beta, self.iterations) for beta in rounded]

    def change_whole(self, variable: Any, state: list[Any], gradient: tf.Tensor, rate: tf.Tensor) -> None:
        """The same formula in TensorFlow's one kernel for it, which reads and writes everything once.

        lr v' / (sqrt(s') + epsilon) = lr r / (1 - beta_1^t) v / (sqrt(s) + epsilon r), where r = sqrt(1 - beta_2^t).
        In float32 1 - beta_2 is 0.001 % off for 0.999; r is of the same beta_2, so that s / r^2 is a mean all the same.
        """
        if variable.dtype != rate.dtype:
            super().change_whole(variable, state, gradient, rate)
            return
        of_mean, of_square = self.corrections(rate.dtype)
        root = tf.sqrt(of_square)
        mean, square = state
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=mean.handle,
            v=square.handle,
            beta1_power=tf.zeros((), rate.dtype),  # it would correct in float32
            beta2_power=tf.zeros((), rate.dtype),
            lr=rate * tf.cast(root / of_mean, rate.dtype),
            beta1=tf.constant(self.beta_1, rate.dtype),
            beta2=tf.constant(self.beta_2, rate.dtype),
            epsilon=tf.cast(self.epsilon * root, rate.dtype),
            grad=gradient,
        )
