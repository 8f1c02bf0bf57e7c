"""Tell steps apart by waves."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfd2l")
class PositionalEncoding(keras.layers.Layer):
    """Adds to every step a vector that tells its position.

    P[p, 2j] = sin(p / 10000^(2j/d)), P[p, 2j+1] = cos(p / 10000^(2j/d))

    P[p + o] is a rotation of P[p] that depends on o alone, so attention can learn to look so many steps away.

    Args:
        num_hiddens: d, the width.
        dropout: rate on the sum.
        max_len: positions that there are.

    Input: (batch, steps, d); `offset`, the position of the first step (an int or a () tensor).
    Output: the same shape.

    Raises:
        ValueError: another width, or more steps than positions; in the graph an InvalidArgumentError tells the latter.

    Source: Vaswani et al. 2017, *Attention Is All You Need*; section 10.6.3.
    """

    def __init__(self, num_hiddens: int, dropout: float = 0.0, max_len: int = 1000, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if min(num_hiddens, max_len) < 1:
            raise ValueError(f"sizes count from 1 up. Received: num_hiddens={num_hiddens}, max_len={max_len}")
        self.num_hiddens = num_hiddens
        self.dropout = dropout
        self.max_len = max_len
        self.sum_dropout = keras.layers.Dropout(dropout, dtype=self.dtype_policy)
        self.encodings = encodings(max_len, num_hiddens)  # (max_len, d)
        self.supports_masking = True

    def call(self, x: tf.Tensor, offset: Any = 0, training: bool | None = None) -> tf.Tensor:
        if x.shape[-1] != self.num_hiddens:
            raise ValueError(f"the encodings are {self.num_hiddens} wide. Received: {tuple(x.shape)}")
        end = offset + tf.shape(x)[1]
        known = tf.get_static_value(end)
        if known is None and x.shape[1] is not None and isinstance(offset, int):
            known = offset + x.shape[1]
        if known is not None and known > self.max_len:
            raise ValueError(f"there are {self.max_len} positions (max_len). Received: steps up to {known}")
        table = tf.constant(self.encodings, self.compute_dtype)
        with tf.control_dependencies([tf.debugging.assert_less_equal(end, self.max_len, "beyond max_len")]):
            positions = tf.range(offset, end)
        return self.sum_dropout(x + tf.gather(table, positions), training=training)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_hiddens": self.num_hiddens,
            "dropout": self.dropout,
            "max_len": self.max_len,
        }


def encodings(num_positions: int, width: int) -> np.ndarray:
    """P, (positions, width) float32; an odd width ends with a sine."""
    positions = np.arange(num_positions)[:, None]
    waves = positions / 10000 ** (2 * (np.arange(width) // 2) / width)  # (positions, width)
    return np.where(np.arange(width) % 2 == 0, np.sin(waves), np.cos(waves)).astype(np.float32)
