"""Lion: the sign of a momentum."""

from __future__ import annotations

import keras

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, ProperFraction


def lion(
    learning_rate: NonNegativeFloat = 1e-4,
    beta_1: ProperFraction = 0.9,
    beta_2: ProperFraction = 0.99,
    weight_decay: NonNegativeFloat | None = None,
    global_clipnorm: PositiveFloat | None = None,
) -> keras.optimizers.Optimizer:
    """Lion: the sign of a momentum (Keras' own).

    w -= lr sgn(beta_1 m + (1 - beta_1) g); then m = beta_2 m + (1 - beta_2) g.

    Every weight moves by the rate in every step, so rates are three to ten times lower than Adam's.

    Args:
        learning_rate: a number, or the run's schedule.
        beta_1: share of the momentum in the step.
        beta_2: decay of the momentum.
        weight_decay: w -= learning_rate weight_decay w before the update; null is none.
        global_clipnorm: clip the norm of all gradients together; null does not.

    Source: Chen et al. 2023, *Symbolic Discovery of Optimization Algorithms*.
    """
    return keras.optimizers.Lion(
        learning_rate=learning_rate,
        beta_1=beta_1,
        beta_2=beta_2,
        weight_decay=weight_decay,
        global_clipnorm=global_clipnorm,
    )
