"""Adam with decoupled weight decay."""

from __future__ import annotations

import keras

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, ProperFraction


def adamw(
    learning_rate: NonNegativeFloat = 1e-3,
    weight_decay: NonNegativeFloat = 0.01,
    beta_1: ProperFraction = 0.9,
    beta_2: ProperFraction = 0.999,
    epsilon: NonNegativeFloat = 1e-7,
    exclude_from_weight_decay: list[str] | None = None,
    global_clipnorm: PositiveFloat | None = None,
) -> keras.optimizers.Optimizer:
    """Adam with decoupled weight decay (Keras' own).

    m, v are moving means of g, g^2, and at step t

        w -= lr weight_decay w
        w -= lr sqrt(1 - beta_2^t) / (1 - beta_1^t) m / (sqrt(v) + epsilon)

    epsilon is added to sqrt(v) before the bias of v is corrected. So beside the paper's sqrt(v / (1 - beta_2^t)) it
    stands as epsilon / sqrt(1 - beta_2^t): 32 times as large in the first step at beta_2 = 0.999, equal later on. The
    optimizer `adam` here, as the book and PyTorch, adds it after the correction.

    Args:
        learning_rate: a number, or the run's schedule.
        weight_decay: multiplied by the learning rate.
        beta_1, beta_2: decay of the two moving means.
        epsilon: added to sqrt(v), see above.
        exclude_from_weight_decay: variables whose name holds one of these are not decayed (biases, normalization).
        global_clipnorm: clip the norm of all gradients together.

    Source: Loshchilov and Hutter 2019, *Decoupled Weight Decay Regularization*.
    """
    optimizer = keras.optimizers.AdamW(
        learning_rate=learning_rate,
        weight_decay=weight_decay,
        beta_1=beta_1,
        beta_2=beta_2,
        epsilon=epsilon,
        global_clipnorm=global_clipnorm,
    )
    optimizer.exclude_from_weight_decay(var_names=exclude_from_weight_decay or [])
    return optimizer
