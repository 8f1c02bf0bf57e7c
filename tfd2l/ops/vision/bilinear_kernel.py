"""The kernel with which a transposed convolution interpolates bilinearly."""

from __future__ import annotations

import numpy as np


def make_bilinear_kernel(size: int) -> np.ndarray:
    """Makes the kernel of bilinear upsampling.

        k[i, j] = (1 - |i - center| / f) (1 - |j - center| / f),    f = (size + 1) // 2,    center = (size - 1) / 2

    A transposed convolution with this kernel, stride `f` and padding `f // 2` upsamples an image by the factor `f` with
    bilinear interpolation, except at the border, where neighbors are missing.

    Args:
        size: Height and width of the kernel.

    Returns:
        A float32 array of shape `(size, size)`.

    Example:
        >>> from tfd2l.ops.vision.bilinear_kernel import make_bilinear_kernel
        >>> make_bilinear_kernel(4)[1]
        array([0.1875, 0.5625, 0.5625, 0.1875], dtype=float32)

    References:
        - Long et al., 2015, *Fully Convolutional Networks for Semantic Segmentation*.
        - *Dive into Deep Learning*, section 13.11.
    """
    factor, center = (size + 1) // 2, (size - 1) / 2
    tent = 1 - np.abs(np.arange(size) - center) / factor
    return np.outer(tent, tent).astype(np.float32)
