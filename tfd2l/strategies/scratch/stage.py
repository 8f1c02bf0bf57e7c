"""A stage of a pipeline: consecutive layers on one device."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfd2l.strategies.base.forward import forward_with_losses

Tensors = list[tf.Tensor]


class Stage:
    """Forward and backward of some layers on one device, for micro-batch after micro-batch.

    What the backward pass of a micro-batch needs is kept from its forward pass, so all forward passes may be done
    before the first backward pass.

    Args:
        layers: each takes what the one before it gives.
        device: where.
        variables: of the whole model; those of the layers are copied to the device.
    """

    def __init__(self, layers: Sequence[keras.layers.Layer], device: str, variables: Sequence[keras.Variable]) -> None:
        self.layers = layers
        self.device = device
        own = {id(variable) for layer in layers for variable in layer.variables}
        self.trainable = [variable for variable in variables if id(variable) in own and variable.trainable]
        self.non_trainable = [variable for variable in variables if id(variable) in own and not variable.trainable]
        with tf.device(device):
            self.values = [tf.identity(tf.convert_to_tensor(variable)) for variable in self.trainable]
            self.state = [tf.identity(tf.convert_to_tensor(variable)) for variable in self.non_trainable]
        self.kept: list[Any] = []
        self.gradients: list[Tensors] = []

    def forward(self, x: tf.Tensor) -> tuple[tf.Tensor, Tensors]:
        """Outputs for a micro-batch, and the losses that the layers add; the state goes on.

        Args:
            x: (rows, ...), from the stage before.
        """
        sources = [*self.values, x] if x.dtype.is_floating else self.values  # token ids have no gradient
        with tf.device(self.device), tf.GradientTape() as tape:
            tape.watch(sources)
            outputs, self.state, added = forward_with_losses(
                self.layers, x, self.trainable, self.non_trainable, self.state, self.values
            )
        self.kept.append((tape, sources, outputs, added))
        return outputs, added

    def backward(self, upstream: tf.Tensor, share: tf.Tensor) -> tf.Tensor | None:
        """dL/dx for the stage before, of the last micro-batch that is not done yet; dL/dw is kept.

        With y = f(x, w) and added losses a, dL/dx = (dy/dx)^T dL/dy + share da/dx, and so for w.

        Args:
            upstream: dL/dy, (rows, ...), from the stage after.
            share: (), what an added loss counts for in L.
        """
        tape, sources, outputs, added = self.kept.pop()
        with tf.device(self.device):
            shares = [tf.cast(share, loss.dtype) for loss in added]
            found = tape.gradient([outputs, *added], sources, output_gradients=[upstream, *shares])
            to_values, to_input = found[: len(self.values)], found[len(self.values) :]
            self.gradients.append([None if g is None else tf.convert_to_tensor(g) for g in to_values])
        return to_input[0] if to_input else None

    def summed(self) -> dict[int, Any]:
        """dL/dw over all micro-batches, by the variable's id."""
        with tf.device(self.device):
            sums = [None if parts[0] is None else tf.add_n(parts) for parts in zip(*self.gradients, strict=True)]
        return {id(variable): gradient for variable, gradient in zip(self.trainable, sums, strict=True)}
