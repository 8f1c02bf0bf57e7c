"""Residual connection and layer normalization."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfd2l")
class AddNorm(keras.layers.Layer):
    """Layer normalization of the sum of a sublayer's input and output.

    LayerNorm(x + dropout(y)), LayerNorm(a) = gamma (a - mean(a)) / sqrt(var(a) + epsilon) + beta over the last axis.

    Args:
        dropout: rate on y.
        epsilon: inside the root. Keras' default is 1e-3, PyTorch's 1e-5: with 1e-3 [1, 2] becomes -+.998.

    Input: x, y of one shape (..., width).
    Output: the same shape.

    Raises:
        ValueError: two shapes.

    Source: section 10.7.3.
    """

    def __init__(self, dropout: float = 0.0, epsilon: float = 1e-5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dropout = dropout
        self.epsilon = epsilon
        self.output_dropout = keras.layers.Dropout(dropout, dtype=self.dtype_policy)
        self.normalization = keras.layers.LayerNormalization(epsilon=epsilon, dtype=self.dtype_policy)
        self.supports_masking = True

    def build(self, x_shape: Any, y_shape: Any = None) -> None:
        self.normalization.build(x_shape)

    def call(self, x: tf.Tensor, y: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        if not x.shape.is_compatible_with(y.shape):
            raise ValueError(f"only like shapes are added. Received: x {tuple(x.shape)}, y {tuple(y.shape)}")
        return self.normalization(x + self.output_dropout(y, training=training))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "dropout": self.dropout, "epsilon": self.epsilon}
