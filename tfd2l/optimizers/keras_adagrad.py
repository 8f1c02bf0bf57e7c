"""Adagrad, Keras' implementation."""

from __future__ import annotations

import keras

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat


def keras_adagrad(
    learning_rate: NonNegativeFloat = 0.001,
    initial_accumulator_value: float = 0.1,
    epsilon: NonNegativeFloat = 1e-7,
    weight_decay: NonNegativeFloat | None = None,
    global_clipnorm: PositiveFloat | None = None,
) -> keras.optimizers.Optimizer:
    """Adagrad (Keras): a learning rate for each weight, from the sum of its squared gradients.

        s += g^2
        w -= learning_rate * g / sqrt(s + epsilon)

    `adagrad` has the same formula, with the book's learning rate, epsilon and initial s = 0.

    Args:
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 0.001.
        initial_accumulator_value: Initial value of s. Defaults to 0.1.
        epsilon: Number added inside the root. Defaults to 1e-7.
        weight_decay: Decoupled weight decay: `w -= learning_rate * weight_decay * w` before the update. `None`: none.
        global_clipnorm: Largest norm of all gradients together; larger gradients are scaled down to it. `None`: no
            clipping.

    Returns:
        A `keras.optimizers.Adagrad`.

    Example:
        >>> from tfd2l.optimizers.keras_adagrad import keras_adagrad
        >>> weights = keras.Variable([1.0, 2.0])
        >>> optimizer = keras_adagrad(learning_rate=0.1)
        >>> for gradients in ([1.0, -1.0], [0.5, 0.0]):
        ...     optimizer.apply([tf.constant(gradients)], [weights])
        >>> weights.numpy()
        array([0.8616, 2.0953], dtype=float32)

    References:
        - Duchi et al., 2011, *Adaptive Subgradient Methods for Online Learning and Stochastic Optimization*.
        - *Dive into Deep Learning*, section 11.7.
    """
    return keras.optimizers.Adagrad(**locals())
