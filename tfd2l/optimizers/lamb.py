"""LAMB, Keras' implementation."""

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
    """LAMB (Keras): Adam with steps proportional to the norm of each variable, for large batches.

    With Adam's bias-corrected averages v' and s':

        u  = v' / (sqrt(s') + epsilon)
        w -= learning_rate * |w| / |u| * u

    |w| / |u| is 1 where either norm is 0. Keras decays the weights apart from u; in the paper the decay is part of it.

    Args:
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 0.001.
        beta_1: Decay of the moving average of gradients, in [0, 1). Defaults to 0.9.
        beta_2: Decay of the moving average of squared gradients, in [0, 1). Defaults to 0.999.
        epsilon: Number added to the root of the second moment. Defaults to 1e-7.
        weight_decay: Decoupled weight decay: `w -= learning_rate * weight_decay * w` before the update. `None`: none.
        global_clipnorm: Largest norm of all gradients together; larger gradients are scaled down to it. `None`: no
            clipping.

    Returns:
        A `keras.optimizers.Lamb`.

    Example:
        >>> from tfd2l.optimizers.lamb import lamb
        >>> weights = keras.Variable([1.0, 2.0])
        >>> optimizer = lamb(learning_rate=0.1)
        >>> for gradients in ([1.0, -1.0], [0.5, 0.0]):
        ...     optimizer.apply([tf.constant(gradients)], [weights])
        >>> weights.numpy()
        array([0.6538, 2.2933], dtype=float32)

    References:
        - You et al., 2020, *Large Batch Optimization for Deep Learning: Training BERT in 76 minutes*.
    """
    return keras.optimizers.Lamb(**locals())
