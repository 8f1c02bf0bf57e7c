"""The forward pass of training, as a function of the values of variables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import keras
import tensorflow as tf

from tfd2l.strategies.base.structure import Structure


class Forward(NamedTuple):
    """What a forward pass gives.

    Args:
        outputs: of the last layer.
        state: new values of the non-trainable variables.
        losses: those that layers add, and the penalties of regularizers; each ().
    """

    outputs: Structure
    state: list[tf.Tensor]
    losses: list[tf.Tensor]


def forward_with_losses(
    layers: Sequence[keras.layers.Layer],
    x: Structure,
    trainable: Sequence[keras.Variable],
    non_trainable: Sequence[keras.Variable],
    state: Sequence[tf.Tensor],
    values: Sequence[tf.Tensor] | None = None,
) -> Forward:
    """Calls layers one after the other in training mode, and collects the losses that they add.

    No variable changes. Not `keras.Model.stateless_call`, which goes past `__call__`, so that layers inside a model
    whose `call` does not take `training` would run as if it were not training.

    Args:
        layers: a model alone, or layers of which each takes what the one before it returns.
        x: inputs of the first.
        trainable: trainable variables of the layers.
        non_trainable: their non-trainable variables, such as the moments of a batch normalization.
        state: values to use for the non-trainable variables.
        values: values to use for the trainable variables; None reads the variables themselves.
    """
    held = list(zip(non_trainable, state, strict=True))
    if values is not None:
        held += zip(trainable, values, strict=True)
    outputs = x
    with keras.StatelessScope(held, collect_losses=True) as scope:
        for layer in layers:
            outputs = layer(outputs, training=True)
    pairs = zip(trainable, trainable if values is None else values, strict=True)
    penalties = [variable.regularizer(value) for variable, value in pairs if variable.regularizer]
    new_state = [scope.get_current_value(variable) for variable in non_trainable]
    return Forward(outputs, new_state, [*scope.losses, *penalties])
