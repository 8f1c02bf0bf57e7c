"""Sinusoidal positional encodings."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import numpy as np
import tensorflow as tf

from tfd2l.layers.options import LayerOptions


@keras.saving.register_keras_serializable(package="tfd2l")
class PositionalEncoding(keras.layers.Layer):
    """Adds sinusoidal positional encodings to a sequence.

    To the vector of width d at position p is added

        P[p, 2j] = sin(p / 10000^(2j/d)),    P[p, 2j+1] = cos(p / 10000^(2j/d))

    `P[p + o]` is a rotation of `P[p]` that depends on the offset o alone, so that attention can learn to look at
    relative positions.

    Args:
        num_hiddens: Width d of the sequence.
        dropout: Rate of the dropout that is applied to the sum. Defaults to 0.
        max_len: Number of positions. Defaults to 1000.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments:
        x: Sequence of shape `(batch, steps, num_hiddens)`.
        offset: Position of the first step, an integer or a scalar tensor. Defaults to 0.
        training: Whether dropout is applied.

    Returns:
        A tensor of the shape of `x`.

    Raises:
        ValueError: A size is below 1, `x` has another width, or its steps exceed the positions.
        tf.errors.InvalidArgumentError: The steps exceed the positions, where this is only known in the graph.

    Example:
        >>> from tfd2l.layers.positional_encoding import PositionalEncoding
        >>> PositionalEncoding(num_hiddens=4)(tf.zeros([1, 3, 4])).numpy()
        array([[[ 0.    ,  1.    ,  0.    ,  1.    ],
                [ 0.8415,  0.5403,  0.01  ,  0.9999],
                [ 0.9093, -0.4161,  0.02  ,  0.9998]]], dtype=float32)

    References:
        - Vaswani et al., 2017, *Attention Is All You Need*.
        - *Dive into Deep Learning*, section 10.6.3.
    """

    def __init__(
        self, num_hiddens: int, dropout: float = 0.0, max_len: int = 1000, **kwargs: Unpack[LayerOptions]
    ) -> None:
        super().__init__(**kwargs)
        if min(num_hiddens, max_len) < 1:
            raise ValueError(f"Sizes must be at least 1. Received: num_hiddens={num_hiddens}, max_len={max_len}")
        self.num_hiddens = num_hiddens
        self.dropout = dropout
        self.max_len = max_len
        self.sum_dropout = keras.layers.Dropout(dropout, dtype=self.dtype_policy)
        self.encodings = sinusoidal_encodings(max_len, num_hiddens)  # (max_len, num_hiddens)
        self.supports_masking = True

    def call(self, x: tf.Tensor, offset: int | tf.Tensor = 0, training: bool | None = None) -> tf.Tensor:
        if x.shape[-1] != self.num_hiddens:
            raise ValueError(
                f"The sequence must be as wide as the encodings, num_hiddens={self.num_hiddens}. "
                f"Received: {tuple(x.shape)}"
            )
        end = offset + tf.shape(x)[1]
        static_end = tf.get_static_value(end)
        if static_end is None and x.shape[1] is not None and isinstance(offset, int):
            static_end = offset + x.shape[1]
        if static_end is not None and static_end > self.max_len:
            raise ValueError(
                f"There are encodings for {self.max_len} positions; give a larger max_len. "
                f"Received: steps up to {static_end}"
            )
        table = tf.constant(self.encodings, self.compute_dtype)  # (max_len, num_hiddens)
        with tf.control_dependencies([tf.debugging.assert_less_equal(end, self.max_len, "beyond max_len")]):
            positions = tf.range(offset, end)  # (steps,)
        return self.sum_dropout(x + tf.gather(table, positions), training=training)  # (batch, steps, num_hiddens)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_hiddens": self.num_hiddens,
            "dropout": self.dropout,
            "max_len": self.max_len,
        }


def sinusoidal_encodings(num_positions: int, width: int) -> np.ndarray:
    """Computes sinusoidal positional encodings; see `PositionalEncoding`.

    Args:
        num_positions: Number of positions, the rows.
        width: Width of an encoding, the columns; where it is odd, the last one is a sine.

    Returns:
        A float32 array of shape `(num_positions, width)`.

    Example:
        >>> from tfd2l.layers.positional_encoding import sinusoidal_encodings
        >>> sinusoidal_encodings(num_positions=2, width=3)
        array([[0.    , 1.    , 0.    ],
               [0.8415, 0.5403, 0.0022]], dtype=float32)
    """
    positions = np.arange(num_positions)[:, None]  # (positions, 1)
    angles = positions / 10000 ** (2 * (np.arange(width) // 2) / width)  # (positions, width)
    return np.where(np.arange(width) % 2 == 0, np.sin(angles), np.cos(angles)).astype(np.float32)
