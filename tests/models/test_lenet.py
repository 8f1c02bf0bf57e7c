"""LeNet: the book's shapes and start, and the same numbers as NumPy."""

from __future__ import annotations

import itertools

import keras
import numpy as np
import pytest

from tfd2l.errors import ConfigError
from tfd2l.models.lenet import lenet
from tfd2l.testing import check_model


def test_shapes_and_weights_are_the_books(image_data):
    model = lenet(image_data())
    shapes = {layer.name: layer.output.shape[1:] for layer in model.layers}
    assert shapes == {
        "conv1": (26, 26, 20), "pool1": (13, 13, 20), "conv2": (9, 9, 50), "pool2": (4, 4, 50),
        "flatten": (800,), "hidden": (128,), "classifier": (10,),
    }  # fmt: skip
    kernels = [tuple(weight.shape) for weight in model.trainable_variables if weight.name == "kernel"]
    # W1 (20,1,3,3), W2 (50,20,5,5), W3 (800,128), W4 (128,10), channels last
    assert kernels == [(3, 3, 1, 20), (5, 5, 20, 50), (800, 128), (128, 10)]
    assert model.count_params() == 20 * 10 + 50 * 501 + 128 * 801 + 10 * 129 == 129_068


def test_logits_are_numpys(image_data, convolve):
    model = lenet(image_data((20, 23, 3), classes=4))
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(0, 0.2, weight.shape) for weight in model.get_weights()])
    conv1, bias1, conv2, bias2, hidden, bias3, classifier, bias4 = model.get_weights()
    x = rng.random((3, 20, 23, 3))

    def pooled(x):
        height, width = (n // 2 * 2 for n in x.shape[1:3])
        x = np.maximum(x, 0)[:, :height, :width]
        return (x[:, ::2, ::2] + x[:, 1::2, ::2] + x[:, ::2, 1::2] + x[:, 1::2, 1::2]) / 4

    features = pooled(convolve(pooled(convolve(x, conv1, bias1)), conv2, bias2))
    expected = np.maximum(features.reshape(3, -1) @ hidden + bias3, 0) @ classifier + bias4
    np.testing.assert_allclose(model(x.astype(np.float32)), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("deviation", [0.01, 0.1])
def test_kernels_start_normal_with_the_deviation_biases_at_zero(image_data, deviation):
    keras.utils.set_random_seed(0)
    weights = lenet(image_data(), initial_deviation=deviation).trainable_variables
    for kernel, bias in zip(weights[::2], weights[1::2], strict=True):
        values = np.asarray(kernel)
        assert abs(values.std() / deviation - 1) < 4 / np.sqrt(2 * values.size)
        assert abs(values.mean()) < 4 * deviation / np.sqrt(values.size)
        assert not np.asarray(bias).any()
    first = [np.asarray(kernel).ravel()[:100] for kernel in weights[::2]]
    assert not any(np.allclose(a, b) for a, b in itertools.pairwise(first))


def test_without_a_deviation_it_starts_as_keras_does(image_data):
    kernel = np.asarray(lenet(image_data(), initial_deviation=None).get_layer("hidden").kernel)
    assert np.abs(kernel).max() == pytest.approx(np.sqrt(6 / (800 + 128)), rel=1e-3)


@pytest.mark.parametrize(
    ("shape", "options", "said"),
    [
        ((15, 28, 1), {}, r"at least 16 x 16 pixels\. Received: 15 x 28"),
        ((28, 28, 1), {"initial_deviation": 0.0}, r"Received: initial_deviation=0\.0"),
        ((None, None, 1), {}, r"model\.lenet takes images of one size.*Received: \(None, None, 1\)"),
        ((784,), {}, r"\(height, width, channels\)\. Received: \(784,\)"),
    ],
)
def test_data_and_options_that_do_not_fit_are_refused(image_data, shape, options, said):
    with pytest.raises(ConfigError, match=said):
        lenet(image_data(shape), **options)


def test_the_smallest_image_leaves_one_pixel(image_data):
    assert lenet(image_data((16, 16, 1))).get_layer("pool2").output.shape[1:] == (1, 1, 50)


def test_can_be_trained_saved_and_exported(image_data):
    x = np.random.default_rng(0).random((2, 28, 28, 1), np.float32)
    check_model(lambda data: lenet(data, initial_deviation=0.1), image_data(), x)
