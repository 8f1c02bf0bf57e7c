"""What tests of image models use: data of a shape, and convolution in plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.info import DataInfo


@pytest.fixture(scope="session")
def image_data():
    """A function: shape of an image, number of classes -> what a model is told."""

    def info(shape=(28, 28, 1), classes=10):
        spec = (tf.TensorSpec([4, *shape]), tf.TensorSpec([4], tf.int32), tf.TensorSpec([4]))
        names = tuple(f"class {n}" for n in range(classes))
        return DataInfo(("image",), {}, {}, "a test", "0", batch_spec=spec, class_names=names)

    return info


@pytest.fixture(scope="session")
def convolve():
    """A function: x (batch, height, width, in), kernel (h, w, in, out), bias, stride, same -> float64 result."""

    def run(x, kernel, bias, stride=1, same=False):
        (h, w), size = kernel.shape[:2], x.shape[1:3]
        if same:  # TensorFlow's: what is odd goes to the end
            short = [max((-(-n // stride) - 1) * stride + k - n, 0) for n, k in zip(size, (h, w), strict=True)]
            x = np.pad(x, [(0, 0), *((n // 2, n - n // 2) for n in short), (0, 0)])
        windows = np.lib.stride_tricks.sliding_window_view(x, (h, w), axis=(1, 2))[:, ::stride, ::stride]
        return np.einsum("bijchw,hwcd->bijd", windows, kernel.astype(np.float64)) + bias

    return run
