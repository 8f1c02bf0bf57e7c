"""Convolution as a product with a matrix, whose transpose is the transposed convolution."""

from __future__ import annotations

import numpy as np
import tensorflow as tf


def make_convolution_matrix(kernel: tf.Tensor, size: tuple[int, int], stride: int = 1, padding: int = 0) -> tf.Tensor:
    """The matrix W of a convolution of one channel: conv(X, K) = W vec(X), with vec taking row after row.

    A row of W holds the kernel where one output pixel sees it, and zeros elsewhere. W^T vec(Y) is the transposed
    convolution of Y: it has the shape of X again, but is not X.

    Args:
        kernel: K, (k rows, k columns).
        size: (height, width) of X.
        stride, padding: of the convolution.

    Returns: W, (output pixels, height width).

    Source: section 13.10.
    """
    (height, width), (rows, columns) = size, kernel.shape
    outputs = [(n + 2 * padding - k) // stride + 1 for n, k in ((height, rows), (width, columns))]
    # Where the pixel (i, j) of the output sees the entry (a, b) of the kernel: row y and column x of the input.
    y = np.arange(outputs[0])[:, None] * stride + np.arange(rows) - padding  # (i, a)
    x = np.arange(outputs[1])[:, None] * stride + np.arange(columns) - padding  # (j, b)
    y, x = np.broadcast_arrays(y[:, None, :, None], x[None, :, None, :])  # (i, j, a, b)
    inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
    place = np.arange(outputs[0] * outputs[1]).reshape(*outputs, 1, 1)
    indices = np.stack([np.broadcast_to(place, y.shape)[inside], (y * width + x)[inside]], axis=-1)
    entries = tf.boolean_mask(tf.broadcast_to(kernel, y.shape), inside)
    return tf.scatter_nd(indices, entries, [outputs[0] * outputs[1], height * width])
