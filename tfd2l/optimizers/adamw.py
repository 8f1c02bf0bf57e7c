"""Adam with decoupled weight decay, Keras' implementation."""

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
    """AdamW (Keras): Adam with decoupled weight decay.

    At step t = 1, 2, ..., where v and s are moving averages of g and g^2:

        w -= learning_rate * weight_decay * w
        w -= learning_rate * sqrt(1 - beta_2^t) / (1 - beta_1^t) * v / (sqrt(s) + epsilon)

    epsilon is added to sqrt(s) before the bias of s is corrected. Compared to the paper's sqrt(s / (1 - beta_2^t)) it
    acts as epsilon / sqrt(1 - beta_2^t): 32 times as large in the first step at beta_2 = 0.999, equal later on. `adam`,
    like the book and PyTorch, adds it after the correction.

    Args:
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 0.001.
        weight_decay: Decoupled weight decay, which is multiplied by the learning rate. Defaults to 0.01.
        beta_1: Decay of the moving average of gradients, in [0, 1). Defaults to 0.9.
        beta_2: Decay of the moving average of squared gradients, in [0, 1). Defaults to 0.999.
        epsilon: Number added to the root of the second moment. Defaults to 1e-7.
        exclude_from_weight_decay: Parts of the names of variables that do not decay, such as biases and normalization.
            `None`: all variables decay.
        global_clipnorm: Largest norm of all gradients together; larger gradients are scaled down to it. `None`: no
            clipping.

    Returns:
        A `keras.optimizers.AdamW`.

    Example:
        >>> from tfd2l.optimizers.adamw import adamw
        >>> weights = keras.Variable([1.0, 2.0])
        >>> optimizer = adamw(learning_rate=0.1)
        >>> for gradients in ([1.0, -1.0], [0.5, 0.0]):
        ...     optimizer.apply([tf.constant(gradients)], [weights])
        >>> weights.numpy()
        array([0.8049, 2.1629], dtype=float32)

    References:
        - Loshchilov and Hutter, 2019, *Decoupled Weight Decay Regularization*.
    """
    options = locals()
    excluded = options.pop("exclude_from_weight_decay")
    optimizer = keras.optimizers.AdamW(**options)
    optimizer.exclude_from_weight_decay(var_names=excluded or [])
    return optimizer
