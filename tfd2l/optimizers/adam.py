"""Adam."""

from __future__ import annotations

from typing import Unpack

import keras
import numpy as np
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, ProperFraction
from tfd2l.optimizers.base.adaptive_moments import AdaptiveMomentsOptimizer, bias_correction
from tfd2l.optimizers.base.options import OptimizerOptions


@keras.saving.register_keras_serializable(package="tfd2l")
class Adam(AdaptiveMomentsOptimizer):
    """Adam: momentum and a learning rate for each weight, from bias-corrected moving averages.

    At step t = 1, 2, ...:

        v  = beta_1 * v + (1 - beta_1) * g          v' = v / (1 - beta_1^t)
        s  = beta_2 * s + (1 - beta_2) * g^2        s' = s / (1 - beta_2^t)
        w -= learning_rate * v' / (sqrt(s') + epsilon)

    `keras.optimizers.Adam` (`keras_adam`) adds epsilon to the root of s, not of s', so that it has more influence in
    the first steps (by 1 / sqrt(1 - beta_2^t), 32 at t = 1), and its epsilon is 1e-7. PyTorch's is the same as this
    with epsilon 1e-8.

    Args:
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 0.001.
        beta_1: Decay of the moving average of gradients, in [0, 1). Defaults to 0.9.
        beta_2: Decay of the moving average of squared gradients, in [0, 1). Defaults to 0.999.
        epsilon: Number added to the root of the second moment. Defaults to 1e-6.
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
        >>> from tfd2l.optimizers.adam import Adam
        >>> weights = keras.Variable([1.0, 2.0])
        >>> optimizer = Adam(learning_rate=0.1)
        >>> for gradients in ([1.0, -1.0], [0.5, 0.0]):
        ...     optimizer.apply([tf.constant(gradients)], [weights])
        >>> weights.numpy()
        array([0.8068, 2.167 ], dtype=float32)

    References:
        - Kingma and Ba, 2015, *Adam: A Method for Stochastic Optimization*, Algorithm 1.
        - *Dive into Deep Learning*, section 11.10.
    """

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
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, beta_1, beta_2, epsilon, lazy, weight_decay, global_clipnorm, name, **kwargs)

    def change(self, gradient: tf.Tensor, mean: tf.Tensor, square: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Returns the direction and the new averages of gradients and of squared gradients."""
        mean = self.beta_1 * mean + (1 - self.beta_1) * gradient
        square = self.beta_2 * square + (1 - self.beta_2) * tf.square(gradient)
        return self.direction(mean, square), mean, square

    def corrections(self, dtype: tf.DType) -> list[tf.Tensor]:
        """Returns 1 - beta_1^t and 1 - beta_2^t, float64 scalars, of the betas rounded to a type."""
        rounded = [float(np.array(beta, dtype.as_numpy_dtype)) for beta in (self.beta_1, self.beta_2)]
        return [bias_correction(beta, self.iterations) for beta in rounded]

    def change_whole(
        self, variable: keras.Variable, state: list[tf.Variable], gradient: tf.Tensor, rate: tf.Tensor
    ) -> None:
        """Computes the same formula by TensorFlow's fused operation, which reads and writes every tensor once.

        With r = sqrt(1 - beta_2^t), the step is learning_rate r / (1 - beta_1^t) v / (sqrt(s) + epsilon r). In float32,
        1 - beta_2 is 0.001 % off for 0.999; r is computed from the same rounded beta_2, so that s / r^2 is an average
        all the same.
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
