"""Stacked gated recurrent units."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.layers.options import LayerOptions
from tfd2l.layers.shapes import Shape

States = tuple[tf.Tensor, ...]


@keras.saving.register_keras_serializable(package="tfd2l")
class GRUStack(keras.layers.Layer):
    """Stack of GRU layers, over a whole sequence or one step at a time.

    Every layer computes, from its input x and its state h,

        z = sigmoid(x W_z + h U_z + b_z)
        r = sigmoid(x W_r + h U_r + b_r)
        n = tanh(x W_n + r (h U_n + c_n) + b_n)
        h' = z h + (1 - z) n

    and the next layer reads h'. A sequence ends at its own length: from there on its states stay and its outputs are
    0, so that padding has no influence. The steps are unrolled in the graph, so that XLA can merge them.

    Args:
        units: Width of every layer.
        num_layers: Number of layers. Defaults to 1.
        dropout: Rate of the dropout between two layers. Defaults to 0.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments:
        sequences: Tensor of shape `(batch, steps, width)`, with a static number of steps.
        lengths: Number of steps of each sequence, integers of shape `(batch,)`. `None`: all steps.
        training: Whether dropout is applied.

    Returns:
        The outputs of the top layer, `(batch, steps, units)`, and the last state of each layer, `(batch, units)`.

    Raises:
        ValueError: The number of steps is not static.

    Example:
        >>> from tfd2l.layers.gru_stack import GRUStack
        >>> outputs, states = GRUStack(units=16, num_layers=2)(tf.zeros([4, 7, 8]), tf.constant([7, 3, 5, 1]))
        >>> outputs.shape, len(states), states[-1].shape
        (TensorShape([4, 7, 16]), 2, TensorShape([4, 16]))

    References:
        - Cho et al., 2014, *Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine
          Translation*.
        - *Dive into Deep Learning*, sections 9.1 and 10.4.
    """

    def __init__(self, units: int, num_layers: int = 1, dropout: float = 0.0, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.num_layers = num_layers
        self.dropout = dropout
        self.cells = [
            keras.layers.GRUCell(units, dtype=self.dtype_policy, name=f"cell_{index}") for index in range(num_layers)
        ]
        self.between = [keras.layers.Dropout(dropout, dtype=self.dtype_policy) for _ in range(num_layers - 1)]

    def build(self, sequences_shape: Shape, lengths_shape: Shape | None = None) -> None:
        for index, cell in enumerate(self.cells):
            cell.build((None, sequences_shape[-1] if index == 0 else self.units))

    def call(
        self, sequences: tf.Tensor, lengths: tf.Tensor | None = None, training: bool | None = None
    ) -> tuple[tf.Tensor, States]:
        steps = sequences.shape[1]
        if steps is None:
            raise ValueError(f"GRUStack requires a static number of steps. Received: shape {sequences.shape}")
        sequences = tf.cast(sequences, self.compute_dtype)
        states = tuple(tf.zeros([tf.shape(sequences)[0], self.units], self.compute_dtype) for _ in self.cells)
        outputs = []
        for time in range(steps):
            output, new_states = self.step(sequences[:, time], states, training=training)  # (batch, units) each
            if lengths is not None:
                active = (time < lengths)[:, tf.newaxis]  # (batch, 1)
                new_states = tuple(tf.where(active, new, old) for new, old in zip(new_states, states, strict=True))
                output = tf.where(active, output, tf.zeros_like(output))
            states = new_states
            outputs.append(output)
        return tf.stack(outputs, axis=1), states  # (batch, steps, units)

    def step(self, inputs: tf.Tensor, states: States, training: bool | None = None) -> tuple[tf.Tensor, States]:
        """Runs one step of every layer.

        Args:
            inputs: Tensor of shape `(batch, width)`.
            states: State of each layer, `(batch, units)`.
            training: Whether dropout is applied.

        Returns:
            The output of the top layer, `(batch, units)`, and the new states.
        """
        new_states = []
        for index, (cell, state) in enumerate(zip(self.cells, states, strict=True)):
            if index:
                inputs = self.between[index - 1](inputs, training=training)
            inputs, _ = cell(inputs, [state])  # (batch, units)
            new_states.append(inputs)
        return inputs, tuple(new_states)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "units": self.units,
            "num_layers": self.num_layers,
            "dropout": self.dropout,
        }
