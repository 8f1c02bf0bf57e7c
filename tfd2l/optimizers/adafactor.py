"""Adafactor: squares kept as one mean a row and one a column."""

from __future__ import annotations

import keras

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat


def adafactor(
    learning_rate: NonNegativeFloat = 0.001,
    beta_2_decay: float = -0.8,
    epsilon_1: float = 1e-30,
    epsilon_2: float = 1e-3,
    clip_threshold: PositiveFloat = 1.0,
    weight_decay: NonNegativeFloat | None = None,
    global_clipnorm: PositiveFloat | None = None,
) -> keras.optimizers.Optimizer:
    """Adafactor: squares kept as one mean a row and one a column (Keras' own).

    For a matrix, with b = 1 - t^beta_2_decay and q = g^2 + epsilon_1:

        r = b r + (1 - b) mean of q over columns       c = b c + (1 - b) mean of q over rows
        v = r c^T / mean(r)                            u = g / sqrt(v)
        w -= max(epsilon_2, rms(w)) min(lr, 1 / sqrt(t)) u / max(1, rms(u) / clip_threshold)

    For a vector v = b v + (1 - b) q.

    Args:
        learning_rate: a number, or the run's schedule.
        beta_2_decay: power of t in the decay of the means, negative.
        epsilon_1: added to squares.
        epsilon_2: the least root mean square of the weights that the step is relative to.
        clip_threshold: the largest root mean square of u.
        weight_decay: w -= learning_rate weight_decay w before the update; null is none.
        global_clipnorm: clip the norm of all gradients together; null does not.

    Source: Shazeer and Stern 2018, *Adafactor: Adaptive Learning Rates with Sublinear Memory Cost*.
    """
    return keras.optimizers.Adafactor(
        learning_rate=learning_rate,
        beta_2_decay=beta_2_decay,
        epsilon_1=epsilon_1,
        epsilon_2=epsilon_2,
        clip_threshold=clip_threshold,
        weight_decay=weight_decay,
        global_clipnorm=global_clipnorm,
    )
