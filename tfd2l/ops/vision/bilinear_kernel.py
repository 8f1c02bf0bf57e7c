"""The kernel with which a transposed convolution interpolates bilinearly."""

from __future__ import annotations

import numpy as np


def make_bilinear_kernel(size: int) -> np.ndarray:
    """A tent: 1 - |i - centre| / f in each direction, f = (size + 1) // 2, centre = (size - 1) / 2.

    A transposed convolution with it, stride f and padding f // 2 enlarges an image f times by bilinear interpolation,
    but at the border, where there is nothing to interpolate with. Size 4 is [.25, .75, .75, .25] each way, 3 is
    [.5, 1, .5].

    Args:
        size: rows and columns.

    Returns: (size, size) float32.

    Source: section 13.11; Long et al. 2015, *Fully Convolutional Networks for Semantic Segmentation*.
    """
    factor, centre = (size + 1) // 2, (size - 1) / 2
    tent = 1 - np.abs(np.arange(size) - centre) / factor
    return np.outer(tent, tent).astype(np.float32)
