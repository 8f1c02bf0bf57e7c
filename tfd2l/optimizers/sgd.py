"""Stochastic gradient descent."""

from __future__ import annotations

import keras


def sgd(
    learning_rate: float = 0.1,
    momentum: float = 0.0,
    nesterov: bool = False,
    weight_decay: float = 0.0,
    global_clipnorm: float | None = None,
) -> keras.optimizers.Optimizer:
    """Minibatch stochastic gradient descent, with momentum if wanted (Keras' own).

    v = momentum v - lr g; w += v, or with Nesterov w += momentum v - lr g. Before that w -= lr weight_decay w.

    Arguments:
        learning_rate: a number, or the run's schedule.
        momentum: 0 is plain gradient descent.
        nesterov: look ahead along the velocity.
        weight_decay: of every variable, multiplied by the learning rate; it does not go through the velocity.
        global_clipnorm: clip the norm of all gradients together.

    Source: sections 11.5, 11.6; Sutskever et al. 2013, *On the importance of initialization and momentum in deep
    learning*.
    """
    return keras.optimizers.SGD(
        learning_rate=learning_rate,
        momentum=momentum,
        nesterov=nesterov,
        weight_decay=weight_decay or None,
        global_clipnorm=global_clipnorm,
    )
