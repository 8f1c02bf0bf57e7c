"""Adadelta."""

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
    """Adadelta, Keras' own.

    s = rho s + (1 - rho) g^2; g' = sqrt(dx + epsilon) / sqrt(s + epsilon) g; w -= lr g'; dx = rho dx + (1 - rho) g'^2.

    Keras' rate of 0.001 is not the paper's, 1, which `adadelta` has; the book takes 5 with this class.

    Args:
        learning_rate: a number, or the run's schedule.
        rho: decay of the two means of squares.
        epsilon: inside the roots.
        weight_decay: w -= learning_rate weight_decay w before the update; null is none.
        global_clipnorm: clip the norm of all gradients together; null does not.

    Source: section 11.9; Zeiler 2012, *ADADELTA: An Adaptive Learning Rate Method*.
    """
    return keras.optimizers.Adadelta(
        learning_rate=learning_rate,
        rho=rho,
        epsilon=epsilon,
        weight_decay=weight_decay,
        global_clipnorm=global_clipnorm,
    )
