"""Follow the regularized leader, Keras' implementation."""

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
    """FTRL (Keras): follow the regularized leader, for sparse weights and online learning.

    With p = -learning_rate_power and g' = g + 2 * l2_shrinkage * w:

        z += g' - ((n + g^2)^p - n^p) / learning_rate * w;    n += g^2
        w  = (clip(z, -l1, l1) - z) / (n^p / learning_rate + 2 * l2 + beta / learning_rate)

    Args:
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 0.001.
        learning_rate_power: Exponent, at most 0; 0 is a fixed learning rate. Defaults to -0.5.
        initial_accumulator_value: Initial value of n. Defaults to 0.1.
        l1_regularization_strength: l1 in the formula, which makes weights exactly 0. Defaults to 0.
        l2_regularization_strength: l2 in the formula. Defaults to 0.
        l2_shrinkage_regularization_strength: l2_shrinkage in the formula, a penalty on the weights. Defaults to 0.
        beta: beta in the formula. Defaults to 0.
        weight_decay: Decoupled weight decay: `w -= learning_rate * weight_decay * w` before the update. `None`: none.
        global_clipnorm: Largest norm of all gradients together; larger gradients are scaled down to it. `None`: no
            clipping.

    Returns:
        A `keras.optimizers.Ftrl`.

    Example:
        >>> from tfd2l.optimizers.ftrl import ftrl
        >>> weights = keras.Variable([1.0, 2.0])
        >>> optimizer = ftrl(learning_rate=0.1)
        >>> for gradients in ([1.0, -1.0], [0.5, 0.0]):
        ...     optimizer.apply([tf.constant(gradients)], [weights])
        >>> weights.numpy()
        array([0.5601, 1.4923], dtype=float32)

    References:
        - McMahan et al., 2013, *Ad Click Prediction: a View from the Trenches*.
    """
    return keras.optimizers.Ftrl(**locals())
