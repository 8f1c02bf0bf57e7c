"""Adam, Keras' implementation."""

from __future__ import annotations

import keras

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, ProperFraction


def keras_adam(
    learning_rate: NonNegativeFloat = 0.001,
    beta_1: ProperFraction = 0.9,
    beta_2: ProperFraction = 0.999,
    epsilon: NonNegativeFloat = 1e-7,
    amsgrad: bool = False,
    weight_decay: NonNegativeFloat | None = None,
    global_clipnorm: PositiveFloat | None = None,
) -> keras.optimizers.Optimizer:
    """Adam, or AMSGrad (Keras): momentum and a learning rate for each weight.

    At step t = 1, 2, ...:

        v  = beta_1 * v + (1 - beta_1) * g
        s  = beta_2 * s + (1 - beta_2) * g^2
        w -= learning_rate * sqrt(1 - beta_2^t) / (1 - beta_1^t) * v / (sqrt(s) + epsilon)

    epsilon is added before the root is bias-corrected, so it has more influence in the first steps than in `adam`.

    Args:
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 0.001.
        beta_1: Decay of the moving average of gradients, in [0, 1). Defaults to 0.9.
        beta_2: Decay of the moving average of squared gradients, in [0, 1). Defaults to 0.999.
        epsilon: Number added to the root of the second moment. Defaults to 1e-7.
        amsgrad: Whether to divide by the root of the largest s so far (AMSGrad). Defaults to `False`.
        weight_decay: Decoupled weight decay: `w -= learning_rate * weight_decay * w` before the update. `None`: none.
        global_clipnorm: Largest norm of all gradients together; larger gradients are scaled down to it. `None`: no
            clipping.

    Returns:
        A `keras.optimizers.Adam`.

    Example:
        >>> from tfd2l.optimizers.keras_adam import keras_adam
        >>> weights = keras.Variable([1.0, 2.0])
        >>> optimizer = keras_adam(learning_rate=0.1)
        >>> for gradients in ([1.0, -1.0], [0.5, 0.0]):
        ...     optimizer.apply([tf.constant(gradients)], [weights])
        >>> weights.numpy()
        array([0.8068, 2.167 ], dtype=float32)

    References:
        - Kingma and Ba, 2015, *Adam: A Method for Stochastic Optimization*.
        - Reddi et al., 2018, *On the Convergence of Adam and Beyond*, for AMSGrad.
        - *Dive into Deep Learning*, section 11.10.
    """
    return keras.optimizers.Adam(**locals())
