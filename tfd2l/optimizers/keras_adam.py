"""Adam."""

from __future__ import annotations

import keras

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, ProperFraction


def keras_adam(
    learning_rate: NonNegativeFloat = 0.001,
    beta_1: ProperFraction = 0.9,
    beta_2: ProperFraction = 0.999,
    epsilon: NonNegativeFloat = 1e-7,
    amsgrad: bool = False,
    weight_decay: NonNegativeFloat | None = None,
    global_clipnorm: PositiveFloat | None = None,
) -> keras.optimizers.Optimizer:
    """Adam, Keras' own.

    m, v moving means of g, g^2; w -= lr sqrt(1 - beta_2^t) / (1 - beta_1^t) m / (sqrt(v) + epsilon).

    epsilon is added before the root is corrected, so it weighs more in the first steps than in our `adam`, the book's.

    Args:
        learning_rate: a number, or the run's schedule.
        beta_1, beta_2: decay of the two moving means.
        epsilon: outside the root.
        amsgrad: divide by the root of the largest v so far.
        weight_decay: w -= learning_rate weight_decay w before the update; null is none.
        global_clipnorm: clip the norm of all gradients together; null does not.

    Source: section 11.10; Kingma and Ba 2015, *Adam: A Method for Stochastic Optimization*; for `amsgrad` Reddi,
    Kale and Kumar 2018, *On the Convergence of Adam and Beyond*.
    """
    return keras.optimizers.Adam(
        learning_rate=learning_rate,
        beta_1=beta_1,
        beta_2=beta_2,
        epsilon=epsilon,
        amsgrad=amsgrad,
        weight_decay=weight_decay,
        global_clipnorm=global_clipnorm,
    )
