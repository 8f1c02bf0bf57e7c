"""Gated recurrent units, one upon the other."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

States = tuple[tf.Tensor, ...]


@keras.saving.register_keras_serializable(package="tfd2l")
class GRUStack(keras.layers.Layer):
    """Layers of GRU cells over a sequence, or one step of it.

    z = sigmoid(x W_z + h U_z + b_z), r likewise, n = tanh(x W_n + r (h U_n + c_n) + b_n), h' = z h + (1 - z) n

    The next layer reads the h' of the one below. Sequences end at their own lengths: after its last word a state stays
    and the outputs are 0, so that padding changes nothing. The steps are laid out one after the other in the graph, so
    that a compiler can merge them.

    Args:
        units: width of every layer.
        num_layers: how many.
        dropout: rate on what goes from a layer to the next.

    Input: sequences (batch, steps, width) of a static number of steps, lengths (batch,) or None.
    Output: the top layer's outputs (batch, steps, units), and the last state of each layer, (batch, units).
    """

    def __init__(self, units: int, num_layers: int = 1, dropout: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.num_layers = num_layers
        self.dropout = dropout
        self.cells = [
            keras.layers.GRUCell(units, dtype=self.dtype_policy, name=f"cell_{index}") for index in range(num_layers)
        ]
        self.between = [keras.layers.Dropout(dropout, dtype=self.dtype_policy) for _ in range(num_layers - 1)]

    def build(self, sequences_shape: Any, lengths_shape: Any = None) -> None:
        for index, cell in enumerate(self.cells):
            cell.build((None, sequences_shape[-1] if index == 0 else self.units))

    def call(
        self, sequences: tf.Tensor, lengths: tf.Tensor | None = None, training: bool | None = None
    ) -> tuple[tf.Tensor, States]:
        steps = sequences.shape[1]
        if steps is None:
            raise ValueError(f"a stack of GRUs takes a static number of steps. Received: shape {sequences.shape}")
        sequences = tf.cast(sequences, self.compute_dtype)
        states = tuple(tf.zeros([tf.shape(sequences)[0], self.units], self.compute_dtype) for _ in self.cells)
        outputs = []
        for time in range(steps):
            output, new = self.step(sequences[:, time], states, training=training)
            if lengths is not None:
                going = (time < lengths)[:, tf.newaxis]  # (batch, 1)
                new = tuple(tf.where(going, after, before) for after, before in zip(new, states, strict=True))
                output = tf.where(going, output, tf.zeros_like(output))
            states = new
            outputs.append(output)
        return tf.stack(outputs, axis=1), states

    def step(self, inputs: tf.Tensor, states: States, training: bool | None = None) -> tuple[tf.Tensor, States]:
        """One step: inputs (batch, width) -> the top layer's output (batch, units), and the new states."""
        new = []
        for index, (cell, state) in enumerate(zip(self.cells, states, strict=True)):
            if index:
                inputs = self.between[index - 1](inputs, training=training)
            inputs, _ = cell(inputs, [state])
            new.append(inputs)
        return inputs, tuple(new)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "units": self.units,
            "num_layers": self.num_layers,
            "dropout": self.dropout,
        }
