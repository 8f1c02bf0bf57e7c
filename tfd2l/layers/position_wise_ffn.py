"""The same small network at every step."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfd2l")
class PositionWiseFFN(keras.layers.Layer):
    """A hidden layer and an output layer, applied to every position alike.

    FFN(x) = W_2 relu(W_1 x + b_1) + b_2

    Args:
        num_hiddens: units of the hidden layer.
        num_outputs: width of the output.

    Input: (..., width). Output: (..., num_outputs).

    Source: section 10.7.2.
    """

    def __init__(self, num_hiddens: int, num_outputs: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.num_hiddens = num_hiddens
        self.num_outputs = num_outputs
        self.hidden = keras.layers.Dense(num_hiddens, activation="relu", dtype=self.dtype_policy, name="hidden")
        self.output_layer = keras.layers.Dense(num_outputs, dtype=self.dtype_policy, name="output")
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        self.hidden.build(input_shape)
        self.output_layer.build((*input_shape[:-1], self.num_hiddens))

    def call(self, x: tf.Tensor) -> tf.Tensor:
        return self.output_layer(self.hidden(x))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "num_hiddens": self.num_hiddens, "num_outputs": self.num_outputs}
