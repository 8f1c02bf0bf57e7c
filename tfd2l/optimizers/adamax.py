"""Adamax, Keras' implementation."""

from __future__ import annotations

import keras

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, ProperFraction


def adamax(
    learning_rate: NonNegativeFloat = 0.001,
    beta_1: ProperFraction = 0.9,
    beta_2: ProperFraction = 0.999,
    epsilon: NonNegativeFloat = 1e-7,
    weight_decay: NonNegativeFloat | None = None,
    global_clipnorm: PositiveFloat | None = None,
) -> keras.optimizers.Optimizer:
    """Adamax (Keras): Adam with the infinity norm in place of the second moment.

    At step t = 1, 2, ...:

        v  = beta_1 * v + (1 - beta_1) * g
        u  = max(beta_2 * u, |g|)
        w -= learning_rate / (1 - beta_1^t) * v / (u + epsilon)

    Args:
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 0.001.
        beta_1: Decay of the moving average of gradients, in [0, 1). Defaults to 0.9.
        beta_2: Decay of the maximum u, in [0, 1). Defaults to 0.999.
        epsilon: Number added to the maximum. Defaults to 1e-7.
        weight_decay: Decoupled weight decay: `w -= learning_rate * weight_decay * w` before the update. `None`: none.
        global_clipnorm: Largest norm of all gradients together; larger gradients are scaled down to it. `None`: no
            clipping.

    Returns:
        A `keras.optimizers.Adamax`.

    Example:
        >>> from tfd2l.optimizers.adamax import adamax
        >>> weights = keras.Variable([1.0, 2.0])
        >>> optimizer = adamax(learning_rate=0.1)
        >>> for gradients in ([1.0, -1.0], [0.5, 0.0]):
        ...     optimizer.apply([tf.constant(gradients)], [weights])
        >>> weights.numpy()
        array([0.8262, 2.1474], dtype=float32)

    References:
        - Kingma and Ba, 2015, *Adam: A Method for Stochastic Optimization*, section 7.1.
    """
    return keras.optimizers.Adamax(**locals())
