"""Position-wise feed-forward network of Transformers."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.layers.options import LayerOptions
from tfd2l.layers.shapes import Shape


@keras.saving.register_keras_serializable(package="tfd2l")
class PositionWiseFFN(keras.layers.Layer):
    """Position-wise feed-forward network: two dense layers, applied to every position alike.

        FFN(x) = W_2 relu(W_1 x + b_1) + b_2

    Args:
        num_hiddens: Number of units of the hidden layer.
        num_outputs: Width of the output.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments:
        x: Tensor of shape `(..., width)`.

    Returns:
        A tensor of shape `(..., num_outputs)`.

    Example:
        >>> from tfd2l.layers.position_wise_ffn import PositionWiseFFN
        >>> PositionWiseFFN(num_hiddens=4, num_outputs=8)(tf.ones([2, 3, 4])).shape
        TensorShape([2, 3, 8])

    References:
        - Vaswani et al., 2017, *Attention Is All You Need*.
        - *Dive into Deep Learning*, section 10.7.2.
    """

    def __init__(self, num_hiddens: int, num_outputs: int, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.num_hiddens = num_hiddens
        self.num_outputs = num_outputs
        self.hidden = keras.layers.Dense(num_hiddens, activation="relu", dtype=self.dtype_policy, name="hidden")
        self.output_layer = keras.layers.Dense(num_outputs, dtype=self.dtype_policy, name="output")
        self.supports_masking = True

    def build(self, input_shape: Shape) -> None:
        self.hidden.build(input_shape)
        self.output_layer.build((*input_shape[:-1], self.num_hiddens))

    def call(self, x: tf.Tensor) -> tf.Tensor:
        return self.output_layer(self.hidden(x))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "num_hiddens": self.num_hiddens, "num_outputs": self.num_outputs}
