"""Stochastic gradient descent, Keras' implementation."""

from __future__ import annotations

import keras

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, ProperFraction


def keras_sgd(
    learning_rate: NonNegativeFloat = 0.1,
    momentum: ProperFraction = 0.0,
    nesterov: bool = False,
    weight_decay: NonNegativeFloat | None = None,
    global_clipnorm: PositiveFloat | None = None,
) -> keras.optimizers.Optimizer:
    """Gradient descent with momentum, or with Nesterov momentum (Keras).

        v = momentum * v - learning_rate * g
        w += v                                     with Nesterov momentum: w += momentum * v - learning_rate * g

    The velocity contains the learning rate of its time; in `momentum`, the rate is outside the velocity.

    Args:
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 0.1.
        momentum: Decay of the velocity, in [0, 1). Defaults to 0, plain gradient descent.
        nesterov: Whether to evaluate the step ahead along the velocity. Defaults to `False`.
        weight_decay: Decoupled weight decay: `w -= learning_rate * weight_decay * w` before the update. `None`: none.
        global_clipnorm: Largest norm of all gradients together; larger gradients are scaled down to it. `None`: no
            clipping.

    Returns:
        A `keras.optimizers.SGD`.

    Example:
        >>> from tfd2l.optimizers.keras_sgd import keras_sgd
        >>> weights = keras.Variable([1.0, 2.0])
        >>> optimizer = keras_sgd(momentum=0.5)
        >>> for gradients in ([1.0, -1.0], [0.5, 0.0]):
        ...     optimizer.apply([tf.constant(gradients)], [weights])
        >>> weights.numpy()
        array([0.8 , 2.15], dtype=float32)

    References:
        - Sutskever et al., 2013, *On the importance of initialization and momentum in deep learning*.
        - *Dive into Deep Learning*, sections 11.5 and 11.6.
    """
    return keras.optimizers.SGD(**locals())
