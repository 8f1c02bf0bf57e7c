"""Initializer of transposed convolutions that interpolate bilinearly."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfd2l.ops.vision.bilinear_kernel import make_bilinear_kernel


@keras.saving.register_keras_serializable(package="tfd2l")
class Bilinear(keras.initializers.Initializer):
    """Initializes the kernel of a transposed convolution to bilinear interpolation of each channel.

    Filter c reads channel c alone; the kernel of shape `(size, size, filters, channels)` is 0 elsewhere.

    Raises:
        ValueError: The kernel is not square.

    Example:
        >>> from tfd2l.layers.bilinear import Bilinear
        >>> Bilinear()((4, 4, 1, 1), "float32")[1, :, 0, 0].numpy()
        array([0.1875, 0.5625, 0.5625, 0.1875], dtype=float32)

    References:
        - Long et al., 2015, *Fully Convolutional Networks for Semantic Segmentation*.
        - *Dive into Deep Learning*, section 13.11.
    """

    def __call__(self, shape: tuple[int, ...], dtype: str | None = None, **kwargs: object) -> tf.Tensor:
        rows, columns, filters, channels = shape
        if rows != columns:
            raise ValueError(f"A bilinear kernel must be square. Received: {rows} x {columns}")
        kernel = np.zeros(shape, np.float32)  # (size, size, filters, channels)
        diagonal = np.arange(min(filters, channels))
        kernel[:, :, diagonal, diagonal] = make_bilinear_kernel(rows)[..., None]
        return keras.ops.convert_to_tensor(kernel, dtype)

    def get_config(self) -> dict[str, Any]:
        return {}
