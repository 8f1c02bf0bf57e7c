"""Adafactor, Keras' implementation."""

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
    """Adafactor (Keras): second moments factored into rows and columns, to save memory.

    For a matrix, with b = 1 - t^beta_2_decay and q = g^2 + epsilon_1:

        r  = b * r + (1 - b) * mean of q over columns       c = b * c + (1 - b) * mean of q over rows
        v  = r c^T / mean(r)                                u = g / sqrt(v)
        w -= max(epsilon_2, rms(w)) * min(learning_rate, 1 / sqrt(t)) * u / max(1, rms(u) / clip_threshold)

    For a vector, v = b * v + (1 - b) * q.

    Args:
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 0.001.
        beta_2_decay: Exponent of t in the decay of the averages, negative. Defaults to -0.8.
        epsilon_1: Number added to squared gradients. Defaults to 1e-30.
        epsilon_2: Least root mean square of the weights, to which steps are relative. Defaults to 1e-3.
        clip_threshold: Largest root mean square of u. Defaults to 1.
        weight_decay: Decoupled weight decay: `w -= learning_rate * weight_decay * w` before the update. `None`: none.
        global_clipnorm: Largest norm of all gradients together; larger gradients are scaled down to it. `None`: no
            clipping.

    Returns:
        A `keras.optimizers.Adafactor`.

    Example:
        >>> from tfd2l.optimizers.adafactor import adafactor
        >>> weights = keras.Variable([1.0, 2.0])
        >>> optimizer = adafactor(learning_rate=0.1)
        >>> for gradients in ([1.0, -1.0], [0.5, 0.0]):
        ...     optimizer.apply([tf.constant(gradients)], [weights])
        >>> weights.numpy()
        array([0.7333, 2.1581], dtype=float32)

    References:
        - Shazeer and Stern, 2018, *Adafactor: Adaptive Learning Rates with Sublinear Memory Cost*.
    """
    return keras.optimizers.Adafactor(**locals())
