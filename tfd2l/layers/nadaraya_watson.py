"""Attention scored by distance: kernel regression."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.layers.attention import Attention


@keras.saving.register_keras_serializable(package="tfd2l")
class NadarayaWatson(Attention):
    """Nadaraya-Watson kernel regression with a Gaussian kernel, as attention: near keys weigh more.

    score(q, k) = -w^2 |q - k|^2 / 2, so that the weights are softmax(-((q - k) w)^2 / 2).

    w is the inverse of the kernel's bandwidth. At 0 all keys weigh alike (average pooling); at 1 it is the
    non-parametric pooling of the book; the larger it is, the sharper the weights.

    Args:
        inverse_bandwidth: w; None learns it, from a start in U(0, 1).
        dropout: rate on the weights.

    Source: Nadaraya 1964, *On Estimating Regression*; Watson 1964, *Smooth Regression Analysis*; section 10.2. (The
    book's TensorFlow cell of the non-parametric pooling asks with the training inputs; right is with the test inputs.)
    """

    def __init__(self, inverse_bandwidth: float | None = None, dropout: float = 0.0, **kwargs: Any) -> None:
        super().__init__(dropout, **kwargs)
        self.inverse_bandwidth = inverse_bandwidth
        self.learned: keras.Variable | None = None

    def build(self, *shapes: Any) -> None:
        if self.inverse_bandwidth is None:
            start = keras.initializers.RandomUniform(0.0, 1.0)
            self.learned = self.add_weight((), initializer=start, name="inverse_bandwidth")

    @property
    def w(self) -> Any:
        """The inverse of the bandwidth, learned or given; ()."""
        return self.inverse_bandwidth if self.learned is None else self.learned

    def score(self, queries: tf.Tensor, keys: tf.Tensor) -> tf.Tensor:
        if queries.shape[-1] != keys.shape[-1]:
            raise ValueError(
                "Nadaraya-Watson attention takes queries and keys of one width, to measure how far apart they are. "
                f"Received: queries {tuple(queries.shape)}, keys {tuple(keys.shape)}"
            )
        apart = queries[:, :, tf.newaxis] - keys[:, tf.newaxis]  # (batch, queries, keys, width)
        apart *= tf.cast(self.w, apart.dtype)
        return -tf.reduce_sum(apart**2, axis=-1) / 2  # (batch, queries, keys)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "inverse_bandwidth": self.inverse_bandwidth}
