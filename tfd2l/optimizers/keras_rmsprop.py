"""RMSProp: with a momentum, and centred, if wanted."""

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
    """RMSProp, Keras' own: with a momentum, and centred, if wanted.

    s = rho s + (1 - rho) g^2; m = momentum m + lr g / sqrt(s + epsilon); w -= m.

    If `centered`, s - a^2 stands for s in the root, with a the moving mean of g. Our `rmsprop` is the book's formula,
    without momentum and centring.

    Args:
        learning_rate: a number, or the run's schedule.
        rho: decay of the mean of squares.
        momentum: decay of the velocity; 0 keeps none.
        epsilon: inside the root.
        centered: divide by the standard deviation of g, not by its root mean square.
        weight_decay: w -= learning_rate weight_decay w before the update; null is none.
        global_clipnorm: clip the norm of all gradients together; null does not.

    Source: section 11.8; Tieleman and Hinton 2012, *Lecture 6.5: RMSProp*.
    """
    return keras.optimizers.RMSprop(
        learning_rate=learning_rate,
        rho=rho,
        momentum=momentum,
        epsilon=epsilon,
        centered=centered,
        weight_decay=weight_decay,
        global_clipnorm=global_clipnorm,
    )
