"""Adam with the largest gradient in place of the root mean square."""

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
    """Adam with the largest gradient in place of the root mean square (Keras' own).

    m = beta_1 m + (1 - beta_1) g; u = max(beta_2 u, |g|); w -= lr / (1 - beta_1^t) m / (u + epsilon).

    Args:
        learning_rate: a number, or the run's schedule.
        beta_1, beta_2: decay of the moving mean and of the maximum.
        epsilon: added to the maximum.
        weight_decay: w -= learning_rate weight_decay w before the update; null is none.
        global_clipnorm: clip the norm of all gradients together; null does not.

    Source: Kingma and Ba 2015, *Adam: A Method for Stochastic Optimization*, section 7.1.
    """
    return keras.optimizers.Adamax(
        learning_rate=learning_rate,
        beta_1=beta_1,
        beta_2=beta_2,
        epsilon=epsilon,
        weight_decay=weight_decay,
        global_clipnorm=global_clipnorm,
    )
