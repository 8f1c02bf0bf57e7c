"""Transposed convolution by hand: against Keras, PyTorch, a loop in NumPy, and the gradient of a convolution."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.ops.vision.transposed_convolution import conv2d_transpose

CASES = [(1, 0, 3), (2, 0, 2), (2, 1, 4), (3, 2, 5), (3, 0, 2), (5, 1, 3), (2, 2, 5)]  # stride, padding, kernel


def by_loops(x, kernel, stride, padding):
    """(batch, h, w, channels) float64, one pixel at a time."""
    (batch, height, width, _), (rows, columns, filters, _) = x.shape, kernel.shape
    y = np.zeros((batch, (height - 1) * stride + rows, (width - 1) * stride + columns, filters))
    for i in range(height):
        for j in range(width):
            spread = np.einsum("bc,hwoc->bhwo", x[:, i, j], kernel)
            y[:, i * stride : i * stride + rows, j * stride : j * stride + columns] += spread
    return y[:, padding : y.shape[1] - padding, padding : y.shape[2] - padding]


@pytest.fixture(params=CASES, ids=str)
def case(request):
    stride, padding, size = request.param
    rng = np.random.default_rng(size)
    return rng.normal(size=(2, 4, 5, 3)), rng.normal(size=(size, size + 1, 2, 3)), stride, padding


def test_agrees_with_a_loop(case):
    x, kernel, stride, padding = case
    ours = conv2d_transpose(tf.constant(x), tf.constant(kernel), stride, padding)
    np.testing.assert_allclose(ours, by_loops(x, kernel, stride, padding), rtol=1e-12, atol=1e-12)


def test_agrees_with_pytorch(case, torch_peer):
    x, kernel, stride, padding = case
    theirs = torch_peer(
        "conv_transpose",
        x=x.transpose(0, 3, 1, 2),
        kernel=kernel.transpose(3, 2, 0, 1),
        stride=stride,
        padding=padding,
    )
    ours = conv2d_transpose(tf.constant(x), tf.constant(kernel), stride, padding)
    np.testing.assert_allclose(ours, theirs.transpose(0, 2, 3, 1), rtol=1e-10, atol=1e-10)


def test_agrees_with_keras(case):
    x, kernel, stride, padding = case
    layer = keras.layers.Conv2DTranspose(2, kernel.shape[:2], stride, use_bias=False)
    layer.build(x.shape)
    layer.kernel.assign(kernel)
    theirs = np.asarray(layer(x.astype(np.float32)))
    if stride > kernel.shape[0]:  # TensorFlow adds what no kernel reaches
        theirs = theirs[:, : 3 * stride + kernel.shape[0], : 4 * stride + kernel.shape[1]]
    theirs = theirs[:, padding : theirs.shape[1] - padding, padding : theirs.shape[2] - padding]
    ours = conv2d_transpose(tf.constant(x, tf.float32), tf.constant(kernel, tf.float32), stride, padding)
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)


def test_transposed_convolution_is_the_gradient_of_a_convolution(case):
    x, kernel, stride, padding = case
    kernel = tf.constant(kernel)
    ours = conv2d_transpose(tf.constant(x), kernel, stride, padding)
    image = tf.Variable(tf.zeros_like(ours))
    with tf.GradientTape() as tape:
        padded = tf.pad(image, [[0, 0], [padding] * 2, [padding] * 2, [0, 0]])
        y = tf.nn.conv2d(padded, kernel, stride, "VALID")  # filters in, channels out
        total = tf.reduce_sum(y * x)
    np.testing.assert_allclose(ours, tape.gradient(total, image), rtol=1e-10, atol=1e-10)


def test_transposed_convolution_under_xla_and_of_unknown_size():
    kernel = tf.constant(np.random.default_rng(0).normal(size=(4, 4, 2, 3)), tf.float32)
    spec = tf.TensorSpec([None, None, None, 3])
    anyhow = tf.function(lambda x: conv2d_transpose(x, kernel, 2, 1), input_signature=[spec])
    fast = tf.function(lambda x: conv2d_transpose(x, kernel, 2, 1), jit_compile=True)
    for shape in ((1, 3, 5, 3), (2, 6, 2, 3)):
        x = tf.constant(np.random.default_rng(1).normal(size=shape), tf.float32)
        assert anyhow(x).shape == (shape[0], 2 * shape[1], 2 * shape[2], 2)
        np.testing.assert_allclose(anyhow(x), fast(x), rtol=1e-5, atol=1e-5)
