"""Adam with Nesterov's momentum."""

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
    """Adam with Nesterov's momentum (Keras' own).

    m, v moving means of g, g^2; u_t = beta_1 (1 - 0.96^t / 2), U_t = u_1 ... u_t, v' = v / (1 - beta_2^t):

        w -= lr (u_{t+1} m / (1 - U_{t+1}) + (1 - u_t) g / (1 - U_t)) / (sqrt(v') + epsilon)

    Args:
        learning_rate: a number, or the run's schedule.
        beta_1, beta_2: decay of the two moving means.
        epsilon: outside the root.
        weight_decay: w -= learning_rate weight_decay w before the update; null is none.
        global_clipnorm: clip the norm of all gradients together; null does not.

    Source: Dozat 2016, *Incorporating Nesterov Momentum into Adam*.
    """
    return keras.optimizers.Nadam(
        learning_rate=learning_rate,
        beta_1=beta_1,
        beta_2=beta_2,
        epsilon=epsilon,
        weight_decay=weight_decay,
        global_clipnorm=global_clipnorm,
    )
