"""Transposed convolution in broadcast form: each input pixel adds a scaled kernel to the output."""

from __future__ import annotations

import tensorflow as tf


def conv2d_transpose(x: tf.Tensor, kernel: tf.Tensor, stride: int = 1, padding: int = 0) -> tf.Tensor:
    """Computes a 2D transposed convolution without a library kernel.

        Y[i s + a - p, j s + b - p, o] += sum_c x[i, j, c] kernel[a, b, o, c]    for every i, j, a, b

    It computes what Keras' `Conv2DTranspose` and PyTorch's `ConvTranspose2d` do. The padding `p` crops the output,
    where that of a convolution extends its input. So a convolution with the same kernel size, stride and padding, whose
    stride divides, maps the output's shape back to the input's, but not its values.

    The kernel is cut into blocks of `s x s`. The products of one block with all pixels fill the output without overlap,
    so only `ceil(k / s)^2` tensors are added (4 for `k = 2 s`).

    Args:
        x: A tensor of shape `(batch, height, width, channels)`.
        kernel: A tensor of shape `(kernel_height, kernel_width, filters, channels)`, as in Keras.
        stride: The stride `s` in both directions, at least 1. Defaults to 1.
        padding: The rows and columns `p` that are cropped from each side of the output, at least 0. Defaults to 0.

    Returns:
        A tensor of shape `(batch, (height - 1) s + kernel_height - 2 p, (width - 1) s + kernel_width - 2 p, filters)`.

    Example:
        >>> from tfd2l.ops.vision.transposed_convolution import conv2d_transpose
        >>> x = tf.constant([[0.0, 1.0], [2.0, 3.0]])
        >>> conv2d_transpose(x[None, :, :, None], x[:, :, None, None])[0, :, :, 0].numpy()
        array([[ 0.,  0.,  1.],
               [ 0.,  4.,  6.],
               [ 4., 12.,  9.]], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 13.10.
    """
    rows, columns, filters, channels = kernel.shape
    down, right = -(-rows // stride), -(-columns // stride)  # blocks of the kernel in each direction
    kernel = tf.pad(kernel, [[0, down * stride - rows], [0, right * stride - columns], [0, 0], [0, 0]])
    blocks = tf.reshape(kernel, [down, stride, right, stride, filters, channels])
    batch, height, width = tf.unstack(tf.shape(x)[:3])
    terms = []
    for m in range(down):
        for n in range(right):
            placed = tf.einsum("bijc,yxoc->biyjxo", x, blocks[m, :, n])  # (batch, h, s, w, s, filters)
            placed = tf.reshape(placed, [batch, height * stride, width * stride, filters])
            padding_of_block = [[m * stride, (down - 1 - m) * stride], [n * stride, (right - 1 - n) * stride]]
            terms.append(tf.pad(placed, [[0, 0], *padding_of_block, [0, 0]]))
    whole = tf.add_n(terms)  # includes the rows and columns that pad the last blocks
    high, wide = (height - 1) * stride + rows, (width - 1) * stride + columns
    return whole[:, padding : high - padding, padding : wide - padding]
