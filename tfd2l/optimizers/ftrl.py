"""Follow the regularized leader: sparse weights for online learning."""

from __future__ import annotations

import keras

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat


def ftrl(
    learning_rate: NonNegativeFloat = 0.001,
    learning_rate_power: float = -0.5,
    initial_accumulator_value: float = 0.1,
    l1_regularization_strength: float = 0.0,
    l2_regularization_strength: float = 0.0,
    l2_shrinkage_regularization_strength: float = 0.0,
    beta: float = 0.0,
    weight_decay: NonNegativeFloat | None = None,
    global_clipnorm: PositiveFloat | None = None,
) -> keras.optimizers.Optimizer:
    """Follow the regularized leader: sparse weights for online learning (Keras' own).

    With p = -learning_rate_power and g' = g + 2 l2_shrinkage w:

        z += g' - ((n + g^2)^p - n^p) / lr w;   n += g^2
        w  = (clip(z, -l1, l1) - z) / (n^p / lr + 2 l2 + beta / lr)

    Args:
        learning_rate: a number, or the run's schedule.
        learning_rate_power: 0 or less; 0 is a fixed rate.
        initial_accumulator_value: n at the start.
        l1_regularization_strength, l2_regularization_strength: l1, l2 above; l1 makes weights exactly 0.
        l2_shrinkage_regularization_strength: l2_shrinkage above, a penalty on the weights as they are.
        beta: above.
        weight_decay: w -= learning_rate weight_decay w before the update; null is none.
        global_clipnorm: clip the norm of all gradients together; null does not.

    Source: McMahan et al. 2013, *Ad Click Prediction: a View from the Trenches*.
    """
    return keras.optimizers.Ftrl(
        learning_rate=learning_rate,
        learning_rate_power=learning_rate_power,
        initial_accumulator_value=initial_accumulator_value,
        l1_regularization_strength=l1_regularization_strength,
        l2_regularization_strength=l2_regularization_strength,
        l2_shrinkage_regularization_strength=l2_shrinkage_regularization_strength,
        beta=beta,
        weight_decay=weight_decay,
        global_clipnorm=global_clipnorm,
    )
