"""Nadam, Keras' implementation."""

from __future__ import annotations

import keras

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, ProperFraction


def nadam(
    learning_rate: NonNegativeFloat = 0.001,
    beta_1: ProperFraction = 0.9,
    beta_2: ProperFraction = 0.999,
    epsilon: NonNegativeFloat = 1e-7,
    weight_decay: NonNegativeFloat | None = None,
    global_clipnorm: PositiveFloat | None = None,
) -> keras.optimizers.Optimizer:
    """Nadam (Keras): Adam with Nesterov momentum.

    At step t = 1, 2, ..., where v and s are moving averages of g and g^2, with u_t = beta_1 (1 - 0.96^t / 2),
    U_t = u_1 ... u_t and s' = s / (1 - beta_2^t):

        w -= learning_rate * (u_{t+1} v / (1 - U_{t+1}) + (1 - u_t) g / (1 - U_t)) / (sqrt(s') + epsilon)

    Args:
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 0.001.
        beta_1: Decay of the moving average of gradients, in [0, 1). Defaults to 0.9.
        beta_2: Decay of the moving average of squared gradients, in [0, 1). Defaults to 0.999.
        epsilon: Number added to the root of the second moment. Defaults to 1e-7.
        weight_decay: Decoupled weight decay: `w -= learning_rate * weight_decay * w` before the update. `None`: none.
        global_clipnorm: Largest norm of all gradients together; larger gradients are scaled down to it. `None`: no
            clipping.

    Returns:
        A `keras.optimizers.Nadam`.

    Example:
        >>> from tfd2l.optimizers.nadam import nadam
        >>> weights = keras.Variable([1.0, 2.0])
        >>> optimizer = nadam(learning_rate=0.1)
        >>> for gradients in ([1.0, -1.0], [0.5, 0.0]):
        ...     optimizer.apply([tf.constant(gradients)], [weights])
        >>> weights.numpy()
        array([0.8416, 2.1135], dtype=float32)

    References:
        - Dozat, 2016, *Incorporating Nesterov Momentum into Adam*.
    """
    return keras.optimizers.Nadam(**locals())
