"""Adagrad."""

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
    """Adagrad, Keras' own.

    s += g^2; w -= lr g / sqrt(s + epsilon).

    Our `adagrad` has the same formula, with the book's start s = 0, rate and epsilon.

    Args:
        learning_rate: a number, or the run's schedule.
        initial_accumulator_value: s at the start.
        epsilon: inside the root.
        weight_decay: w -= learning_rate weight_decay w before the update; null is none.
        global_clipnorm: clip the norm of all gradients together; null does not.

    Source: section 11.7; Duchi, Hazan and Singer 2011, *Adaptive Subgradient Methods for Online Learning and Stochastic
    Optimization*.
    """
    return keras.optimizers.Adagrad(
        learning_rate=learning_rate,
        initial_accumulator_value=initial_accumulator_value,
        epsilon=epsilon,
        weight_decay=weight_decay,
        global_clipnorm=global_clipnorm,
    )
