"""Adadelta, Keras' implementation."""

from __future__ import annotations

import keras

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, ProperFraction


def keras_adadelta(
    learning_rate: NonNegativeFloat = 0.001,
    rho: ProperFraction = 0.95,
    epsilon: NonNegativeFloat = 1e-7,
    weight_decay: NonNegativeFloat | None = None,
    global_clipnorm: PositiveFloat | None = None,
) -> keras.optimizers.Optimizer:
    """Adadelta (Keras): steps scaled by moving averages of squared updates and gradients.

        s   = rho * s + (1 - rho) * g^2
        g'  = sqrt(dx + epsilon) / sqrt(s + epsilon) * g
        w  -= learning_rate * g'
        dx  = rho * dx + (1 - rho) * g'^2

    Keras' learning rate of 0.001 is not the paper's, 1, which `adadelta` has; the book takes 5 with this class.

    Args:
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 0.001.
        rho: Decay of both moving averages, in [0, 1). Defaults to 0.95.
        epsilon: Number added inside the roots. Defaults to 1e-7.
        weight_decay: Decoupled weight decay: `w -= learning_rate * weight_decay * w` before the update. `None`: none.
        global_clipnorm: Largest norm of all gradients together; larger gradients are scaled down to it. `None`: no
            clipping.

    Returns:
        A `keras.optimizers.Adadelta`.

    Example:
        >>> from tfd2l.optimizers.keras_adadelta import keras_adadelta
        >>> weights = keras.Variable([1.0, 2.0])
        >>> optimizer = keras_adadelta(learning_rate=5.0)
        >>> for gradients in ([1.0, -1.0], [0.5, 0.0]):
        ...     optimizer.apply([tf.constant(gradients)], [weights])
        >>> weights.numpy()
        array([0.9884, 2.0071], dtype=float32)

    References:
        - Zeiler, 2012, *ADADELTA: An Adaptive Learning Rate Method*.
        - *Dive into Deep Learning*, section 11.9.
    """
    return keras.optimizers.Adadelta(**locals())
