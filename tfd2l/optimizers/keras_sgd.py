"""Stochastic gradient descent with momentum."""

from __future__ import annotations

import keras

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, ProperFraction


def keras_sgd(
    learning_rate: NonNegativeFloat = 0.1,
    momentum: ProperFraction = 0.0,
    nesterov: bool = False,
    weight_decay: NonNegativeFloat | None = None,
    global_clipnorm: PositiveFloat | None = None,
) -> keras.optimizers.Optimizer:
    """Stochastic gradient descent with momentum, Keras' own.

    v = momentum v - lr g; w += v, with Nesterov w += momentum v - lr g.

    The velocity holds the rate of its time; in our `momentum` the rate is outside it.

    Args:
        learning_rate: a number, or the run's schedule.
        momentum: decay of the velocity; 0 is plain gradient descent.
        nesterov: look ahead along the velocity.
        weight_decay: w -= learning_rate weight_decay w before the update; null is none.
        global_clipnorm: clip the norm of all gradients together; null does not.

    Source: sections 11.5 and 11.6; Sutskever et al. 2013, *On the importance of initialization and momentum in
    deep learning*.
    """
    return keras.optimizers.SGD(
        learning_rate=learning_rate,
        momentum=momentum,
        nesterov=nesterov,
        weight_decay=weight_decay,
        global_clipnorm=global_clipnorm,
    )
