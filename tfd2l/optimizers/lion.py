"""Lion, Keras' implementation."""

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
    """Lion (Keras): steps along the sign of a momentum.

        w -= learning_rate * sgn(beta_1 * m + (1 - beta_1) * g)
        m  = beta_2 * m + (1 - beta_2) * g

    Every weight moves by the learning rate in every step, so the rate should be three to ten times lower than Adam's.

    Args:
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 1e-4.
        beta_1: Weight of the momentum in the step, in [0, 1). Defaults to 0.9.
        beta_2: Decay of the momentum, in [0, 1). Defaults to 0.99.
        weight_decay: Decoupled weight decay: `w -= learning_rate * weight_decay * w` before the update. `None`: none.
        global_clipnorm: Largest norm of all gradients together; larger gradients are scaled down to it. `None`: no
            clipping.

    Returns:
        A `keras.optimizers.Lion`.

    Example:
        >>> from tfd2l.optimizers.lion import lion
        >>> weights = keras.Variable([1.0, 2.0])
        >>> optimizer = lion(learning_rate=0.1)
        >>> for gradients in ([1.0, -1.0], [0.5, 0.0]):
        ...     optimizer.apply([tf.constant(gradients)], [weights])
        >>> weights.numpy()
        array([0.8, 2.2], dtype=float32)

    References:
        - Chen et al., 2023, *Symbolic Discovery of Optimization Algorithms*.
    """
    return keras.optimizers.Lion(**locals())
