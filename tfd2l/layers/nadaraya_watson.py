"""Nadaraya-Watson kernel regression as attention."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.layers.attention import Attention
from tfd2l.layers.options import LayerOptions
from tfd2l.layers.shapes import Shape


@keras.saving.register_keras_serializable(package="tfd2l")
class NadarayaWatson(Attention):
    """Attention pooling of Nadaraya and Watson, with a Gaussian kernel.

    The nearer a key is to the query, the larger its weight:

        score(q, k) = -w^2 |q - k|^2 / 2

    w is the inverse of the kernel's bandwidth. At 0 all keys have the same weight (average pooling), at 1 this is the
    book's non-parametric attention pooling, and the larger w is, the sharper the weights are.

    Args:
        inverse_bandwidth: w. `None`, the default, makes it a weight that is learned, drawn from U(0, 1).
        dropout: Rate of the dropout that is applied to the attention weights, in [0, 1). Defaults to 0.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments and result: see `tfd2l.layers.attention.Attention`.

    Raises:
        ValueError: Queries and keys differ in width, or an input does not fit the others.

    Example:
        >>> from tfd2l.layers.nadaraya_watson import NadarayaWatson
        >>> keys, values = tf.constant([[[0.0], [1.0]]]), tf.constant([[[10.0], [20.0]]])
        >>> NadarayaWatson(inverse_bandwidth=1.0)(tf.constant([[[0.0], [0.5]]]), keys, values).numpy()
        array([[[13.7754],
                [15.    ]]], dtype=float32)

    References:
        - Nadaraya, 1964, *On Estimating Regression*.
        - Watson, 1964, *Smooth Regression Analysis*.
        - *Dive into Deep Learning*, section 10.2. (The book's TensorFlow cell of the non-parametric pooling passes the
          training inputs as queries; the test inputs are right.)
    """

    def __init__(
        self, inverse_bandwidth: float | None = None, dropout: float = 0.0, **kwargs: Unpack[LayerOptions]
    ) -> None:
        super().__init__(dropout, **kwargs)
        self.inverse_bandwidth = inverse_bandwidth
        self.learned: keras.Variable | None = None

    def build(self, *shapes: Shape) -> None:
        if self.inverse_bandwidth is None:
            start = keras.initializers.RandomUniform(0.0, 1.0)
            self.learned = self.add_weight((), initializer=start, name="inverse_bandwidth")

    @property
    def w(self) -> Any:
        """The inverse bandwidth, a number or the learned weight."""
        return self.inverse_bandwidth if self.learned is None else self.learned

    def score(self, queries: tf.Tensor, keys: tf.Tensor) -> tf.Tensor:
        if queries.shape[-1] != keys.shape[-1]:
            raise ValueError(
                "Nadaraya-Watson attention measures distances, and requires queries and keys of the same width. "
                f"Received: queries {tuple(queries.shape)}, keys {tuple(keys.shape)}"
            )
        difference = queries[:, :, tf.newaxis] - keys[:, tf.newaxis]  # (batch, queries, keys, width)
        difference *= tf.cast(self.w, difference.dtype)
        return -tf.reduce_sum(difference**2, axis=-1) / 2  # (batch, queries, keys)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "inverse_bandwidth": self.inverse_bandwidth}
