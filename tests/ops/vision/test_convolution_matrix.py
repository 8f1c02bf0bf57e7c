"""The matrix of a convolution: against the convolution itself, its transpose against the transposed one."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.ops.vision.convolution_matrix import make_convolution_matrix
from tfd2l.ops.vision.transposed_convolution import conv2d_transpose


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding"),
    [((3, 3), (2, 2), 1, 0), ((5, 7), (3, 2), 1, 1), ((7, 9), (3, 3), 2, 0), ((9, 5), (5, 3), 2, 1)],
)
def test_matrix_is_the_convolution_and_its_transpose_the_transposed_one(size, kernel, stride, padding):
    rng = np.random.default_rng(0)
    x, k = rng.normal(size=size), rng.normal(size=kernel)
    w = make_convolution_matrix(tf.constant(k), size, stride, padding)
    padded = np.pad(x, padding)
    y = tf.nn.conv2d(padded[None, :, :, None], k[:, :, None, None], stride, "VALID")[0, ..., 0].numpy()
    np.testing.assert_allclose(tf.linalg.matvec(w, x.ravel()), y.ravel(), rtol=1e-12, atol=1e-12)
    back = conv2d_transpose(tf.constant(y[None, :, :, None]), tf.constant(k[:, :, None, None]), stride, padding)
    np.testing.assert_allclose(tf.linalg.matvec(w, y.ravel(), transpose_a=True), back.numpy().ravel(), rtol=1e-12)
