"""Base class of optimizers with bias-corrected moving averages of gradients and of their squares."""

from __future__ import annotations

from typing import Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, ProperFraction
from tfd2l.optimizers.base.decaying import DecayingOptimizer
from tfd2l.optimizers.base.options import OptimizerOptions


class AdaptiveMomentsOptimizer(DecayingOptimizer):
    """Base class of Adam and its relatives: the direction is a mean over the root of a mean square.

    At step t, with the averages v and s that a subclass updates in `change`:

        direction = v / (1 - beta_1^t) / (sqrt(s / (1 - beta_2^t)) + epsilon)

    Args:
        learning_rate: Learning rate, as `RowWiseOptimizer` takes it.
        beta_1: Decay of the moving average of gradients, in [0, 1).
        beta_2: Decay of the moving average of squared gradients, in [0, 1).
        epsilon: Number added to the root of the second moment.
        lazy: Whether to leave those rows of a table alone that a batch does not use. Defaults to `False`.
        weight_decay: Decoupled weight decay. `None`: none.
        global_clipnorm: Largest norm of all gradients together. `None`: no clipping.
        name: Name of the optimizer.
        **kwargs: Further arguments of `keras.optimizers.Optimizer`.

    Raises:
        ValueError: An argument is outside its range.

    Example:
        >>> from tfd2l.optimizers.adam import Adam
        >>> from tfd2l.optimizers.base.adaptive_moments import AdaptiveMomentsOptimizer
        >>> from tfd2l.optimizers.yogi import Yogi
        >>> issubclass(Adam, AdaptiveMomentsOptimizer), issubclass(Yogi, AdaptiveMomentsOptimizer)
        (True, True)
    """

    slots = ("mean", "square")
    options = ("beta_1", "beta_2", "epsilon", "lazy")

    @check_bounds
    def __init__(
        self,
        learning_rate: NonNegativeFloat,
        beta_1: ProperFraction,
        beta_2: ProperFraction,
        epsilon: NonNegativeFloat,
        lazy: bool = False,
        weight_decay: NonNegativeFloat | None = None,
        global_clipnorm: PositiveFloat | None = None,
        name: str | None = None,
        **kwargs: Unpack[OptimizerOptions],
    ) -> None:
        super().__init__(learning_rate, weight_decay, lazy, global_clipnorm, name, **kwargs)
        self.beta_1, self.beta_2 = beta_1, beta_2
        self.epsilon = epsilon

    def direction(self, mean: tf.Tensor, square: tf.Tensor) -> tf.Tensor:
        """Returns the direction of the step, from the averages of gradients and of squared gradients."""
        betas = (self.beta_1, self.beta_2)
        of_mean, of_square = (tf.cast(bias_correction(beta, self.iterations), mean.dtype) for beta in betas)
        return mean / of_mean / (tf.sqrt(square / of_square) + self.epsilon)


def bias_correction(beta: float, iterations: keras.Variable) -> tf.Tensor:
    """Returns 1 - beta^t, a float64 scalar: the sum of the weights of a moving average at step t = iterations + 1.

    In float32, 1 - 0.999^t would lose four of its digits in the first steps.
    """
    return 1 - tf.constant(beta, tf.float64) ** tf.cast(iterations + 1, tf.float64)
