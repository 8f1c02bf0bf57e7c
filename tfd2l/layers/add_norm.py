"""Residual connection followed by layer normalization."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.layers.options import LayerOptions
from tfd2l.layers.shapes import Shape


@keras.saving.register_keras_serializable(package="tfd2l")
class AddNorm(keras.layers.Layer):
    """Adds a sublayer's output to its input and normalizes the sum.

    The output is `LayerNorm(x + Dropout(y))`, where over the last axis
    `LayerNorm(a) = gamma (a - mean(a)) / sqrt(var(a) + epsilon) + beta`.

    Args:
        dropout: Rate of the dropout that is applied to the sublayer's output, in [0, 1). Defaults to 0, no dropout.
        epsilon: Number added to the variance. Defaults to 1e-5, as in PyTorch. (`keras.layers.LayerNormalization` has
            1e-3, which turns [1, 2] into [-0.998, 0.998].)
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments:
        x: Input of the sublayer, of shape `(..., width)`.
        y: Output of the sublayer, of the same shape.
        training: Whether dropout is applied.

    Returns:
        A tensor of the shape of `x`.

    Raises:
        ValueError: `x` and `y` differ in shape.

    Example:
        >>> from tfd2l.layers.add_norm import AddNorm
        >>> x, y = tf.constant([[1.0, 2.0, 3.0]]), tf.constant([[0.0, 0.0, 3.0]])
        >>> AddNorm()(x, y).numpy()
        array([[-0.9258, -0.4629,  1.3887]], dtype=float32)

    References:
        - Ba et al., 2016, *Layer Normalization*.
        - *Dive into Deep Learning*, section 10.7.3.
    """

    def __init__(self, dropout: float = 0.0, epsilon: float = 1e-5, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.dropout = dropout
        self.epsilon = epsilon
        self.output_dropout = keras.layers.Dropout(dropout, dtype=self.dtype_policy)
        self.normalization = keras.layers.LayerNormalization(epsilon=epsilon, dtype=self.dtype_policy)
        self.supports_masking = True

    def build(self, x_shape: Shape, y_shape: Shape | None = None) -> None:
        self.normalization.build(x_shape)

    def call(self, x: tf.Tensor, y: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        if not x.shape.is_compatible_with(y.shape):
            raise ValueError(
                "The input and the output of the sublayer must have the same shape. "
                f"Received: x {tuple(x.shape)}, y {tuple(y.shape)}"
            )
        return self.normalization(x + self.output_dropout(y, training=training))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "dropout": self.dropout, "epsilon": self.epsilon}
