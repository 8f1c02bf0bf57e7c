"""Transposed convolution in its broadcast form: every pixel of the input puts a scaled kernel into the output."""

from __future__ import annotations

import tensorflow as tf


def conv2d_transpose(x: tf.Tensor, kernel: tf.Tensor, stride: int = 1, padding: int = 0) -> tf.Tensor:
    """Transposed convolution, in plain sight; what Keras' `Conv2DTranspose` and PyTorch's `ConvTranspose2d` compute.

    Y[i s + a - p, j s + b - p, o] += sum_c x[i, j, c] kernel[a, b, o, c]    for every i, j, a, b

    With p = 0 the output has (h - 1) s + k rows; the padding p takes p off each side of it, where a convolution's
    adds p to its input. So a convolution with the same kernel size, stride and padding gives back an image of the
    input's size (if the stride divides); its values are others.

    The kernel is cut into blocks of s x s. A block of all pixels together fills the output without overlap, so it is
    laid down at once, and ceil(k / s)^2 additions are all there are (4 for k = 2 s).

    Args:
        x: (batch, h, w, channels).
        kernel: (k rows, k columns, filters, channels), Keras' order.
        stride: s, from 1 up.
        padding: p, from 0 up.

    Returns: (batch, (h - 1) s + k rows - 2 p, (w - 1) s + k columns - 2 p, filters).

    Source: section 13.10.
    """
    rows, columns, filters, channels = kernel.shape
    down, right = -(-rows // stride), -(-columns // stride)  # blocks of the kernel
    kernel = tf.pad(kernel, [[0, down * stride - rows], [0, right * stride - columns], [0, 0], [0, 0]])
    blocks = tf.reshape(kernel, [down, stride, right, stride, filters, channels])
    batch, height, width = tf.unstack(tf.shape(x)[:3])
    terms = []
    for m in range(down):
        for n in range(right):
            laid = tf.einsum("bijc,yxoc->biyjxo", x, blocks[m, :, n])  # (batch, h, s, w, s, filters)
            laid = tf.reshape(laid, [batch, height * stride, width * stride, filters])
            around = [[m * stride, (down - 1 - m) * stride], [n * stride, (right - 1 - n) * stride]]
            terms.append(tf.pad(laid, [[0, 0], *around, [0, 0]]))
    whole = tf.add_n(terms)  # with the rows and columns that fill the last blocks
    high, wide = (height - 1) * stride + rows, (width - 1) * stride + columns
    return whole[:, padding : high - padding, padding : wide - padding]
