"""Convolution as a matrix product, whose transpose is the transposed convolution."""

from __future__ import annotations

import numpy as np
import tensorflow as tf


def make_convolution_matrix(kernel: tf.Tensor, size: tuple[int, int], stride: int = 1, padding: int = 0) -> tf.Tensor:
    """Makes the matrix of a convolution of one channel.

        vec(conv(X, K)) = W vec(X)

    where `vec` concatenates the rows. A row of `W` holds the kernel at the input pixels that one output pixel depends
    on, and zeros elsewhere. `W^T vec(Y)` is the transposed convolution of `Y`, which has the shape of `X` but other
    values.

    Args:
        kernel: A tensor of shape `(kernel_height, kernel_width)`.
        size: Height and width of the input.
        stride: The stride of the convolution in both directions. Defaults to 1.
        padding: Zeros that the convolution adds to each side of the input. Defaults to 0.

    Returns:
        A tensor of shape `(output_height * output_width, height * width)`.

    Example:
        >>> from tfd2l.ops.vision.convolution_matrix import make_convolution_matrix
        >>> make_convolution_matrix(tf.constant([[1, 2], [3, 4]]), size=(2, 3)).numpy()
        array([[1, 2, 0, 3, 4, 0],
               [0, 1, 2, 0, 3, 4]], dtype=int32)

    References:
        - *Dive into Deep Learning*, section 13.10.
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
