"""LAMB: Adam's steps, in proportion to the norm of each variable."""

from __future__ import annotations

import keras

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, ProperFraction


def lamb(
    learning_rate: NonNegativeFloat = 0.001,
    beta_1: ProperFraction = 0.9,
    beta_2: ProperFraction = 0.999,
    epsilon: NonNegativeFloat = 1e-7,
    weight_decay: NonNegativeFloat | None = None,
    global_clipnorm: PositiveFloat | None = None,
) -> keras.optimizers.Optimizer:
    """LAMB: Adam's steps, in proportion to the norm of each variable (Keras' own).

    u = m' / (sqrt(v') + epsilon), as Adam's, m' and v' corrected; w -= lr |w| / |u| u. |w| / |u| is 1 if either is 0.

    Keras decays weights apart from u; in the paper their decay is part of it.

    Args:
        learning_rate: a number, or the run's schedule.
        beta_1, beta_2: decay of the two moving means.
        epsilon: outside the root.
        weight_decay: w -= learning_rate weight_decay w before the update; null is none.
        global_clipnorm: clip the norm of all gradients together; null does not.

    Source: You et al. 2020, *Large Batch Optimization for Deep Learning: Training BERT in 76 minutes*.
    """
    return keras.optimizers.Lamb(
        learning_rate=learning_rate,
        beta_1=beta_1,
        beta_2=beta_2,
        epsilon=epsilon,
        weight_decay=weight_decay,
        global_clipnorm=global_clipnorm,
    )
