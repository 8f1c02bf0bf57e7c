"""Bilinear kernels: the figures, and interpolation as NumPy does it."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.ops.vision.bilinear_kernel import make_bilinear_kernel
from tfd2l.ops.vision.transposed_convolution import conv2d_transpose


@pytest.mark.parametrize(
    ("size", "tent"), [(4, [0.25, 0.75, 0.75, 0.25]), (3, [0.5, 1, 0.5]), (1, [1]), (2, [0.5] * 2)]
)
def test_kernel_is_the_product_of_two_tents(size, tent):
    np.testing.assert_array_equal(make_bilinear_kernel(size), np.outer(tent, tent).astype(np.float32))


@pytest.mark.parametrize("factor", [2, 4, 32])
def test_kernel_upsamples_bilinearly(factor):
    rng = np.random.default_rng(0)
    x = rng.random((1, 6, 7, 1)).astype(np.float32)
    kernel = tf.constant(make_bilinear_kernel(2 * factor)[..., None, None])
    ours = conv2d_transpose(tf.constant(x), kernel, factor, factor // 2)
    theirs = tf.image.resize(x, [6 * factor, 7 * factor], "bilinear")
    inside = slice(factor, -factor)  # at the border there is nothing to interpolate with
    np.testing.assert_allclose(ours[:, inside, inside], theirs[:, inside, inside], atol=1e-6)
