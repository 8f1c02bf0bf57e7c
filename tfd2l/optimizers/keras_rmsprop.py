"""RMSProp, Keras' implementation."""

from __future__ import annotations

import keras

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, ProperFraction


def keras_rmsprop(
    learning_rate: NonNegativeFloat = 0.001,
    rho: ProperFraction = 0.9,
    momentum: ProperFraction = 0.0,
    epsilon: NonNegativeFloat = 1e-7,
    centered: bool = False,
    weight_decay: NonNegativeFloat | None = None,
    global_clipnorm: PositiveFloat | None = None,
) -> keras.optimizers.Optimizer:
    """RMSProp (Keras), with momentum and centring as options.

        s = rho * s + (1 - rho) * g^2
        m = momentum * m + learning_rate * g / sqrt(s + epsilon)
        w -= m

    If `centered`, s - a^2 replaces s in the root, where a is the moving average of g. `rmsprop` has the book's formula,
    without momentum and centring.

    Args:
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 0.001.
        rho: Decay of the moving average of squared gradients, in [0, 1). Defaults to 0.9.
        momentum: Decay of the velocity m, in [0, 1). Defaults to 0, no momentum.
        epsilon: Number added inside the root. Defaults to 1e-7.
        centered: Whether to divide by the standard deviation of g, not by its root mean square. Defaults to `False`.
        weight_decay: Decoupled weight decay: `w -= learning_rate * weight_decay * w` before the update. `None`: none.
        global_clipnorm: Largest norm of all gradients together; larger gradients are scaled down to it. `None`: no
            clipping.

    Returns:
        A `keras.optimizers.RMSprop`.

    Example:
        >>> from tfd2l.optimizers.keras_rmsprop import keras_rmsprop
        >>> weights = keras.Variable([1.0, 2.0])
        >>> optimizer = keras_rmsprop(learning_rate=0.1)
        >>> for gradients in ([1.0, -1.0], [0.5, 0.0]):
        ...     optimizer.apply([tf.constant(gradients)], [weights])
        >>> weights.numpy()
        array([0.5363, 2.3162], dtype=float32)

    References:
        - Tieleman and Hinton, 2012, *Lecture 6.5: RMSProp*.
        - *Dive into Deep Learning*, section 11.8.
    """
    return keras.optimizers.RMSprop(**locals())
