"""Transposed convolutions that begin as bilinear interpolation."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from tfd2l.ops.vision.bilinear_kernel import make_bilinear_kernel


@keras.saving.register_keras_serializable(package="tfd2l")
class Bilinear(keras.initializers.Initializer):
    """Initializer of a transposed convolution's kernel: each channel is enlarged by itself, bilinearly.

    Shape of the kernel: (size, size, filters, channels); filter c takes channel c alone.

    Raises:
        ValueError: a kernel that is not square.

    Source: section 13.11.
    """

    def __call__(self, shape: Any, dtype: Any = None, **kwargs: Any) -> Any:
        rows, columns, filters, channels = shape
        if rows != columns:
            raise ValueError(f"A bilinear kernel is square. Received: {rows} x {columns}")
        kernel = np.zeros(shape, np.float32)
        diagonal = np.arange(min(filters, channels))
        kernel[:, :, diagonal, diagonal] = make_bilinear_kernel(rows)[..., None]
        return keras.ops.convert_to_tensor(kernel, dtype)

    def get_config(self) -> dict[str, Any]:
        return {}
