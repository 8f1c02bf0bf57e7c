"""LeNet-5: the book's shapes and start, and the same numbers as NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.errors import ConfigError
from tfd2l.models.lenet5 import lenet5


def test_shapes_weights_and_start_are_the_books(image_data):
    model = lenet5(image_data())
    shapes = {layer.name: layer.output.shape[1:] for layer in model.layers}
    assert shapes == {
        "conv1": (28, 28, 6), "pool1": (14, 14, 6), "conv2": (10, 10, 16), "pool2": (5, 5, 16),
        "flatten": (400,), "hidden1": (120,), "hidden2": (84,), "classifier": (10,),
    }  # fmt: skip
    assert model.count_params() == 6 * 26 + 16 * 151 + 120 * 401 + 84 * 121 + 10 * 85 == 61_706
    kernel = np.asarray(model.get_layer("hidden1").kernel)
    assert np.abs(kernel).max() == pytest.approx(np.sqrt(6 / (400 + 120)), rel=1e-3)  # Xavier
    assert not np.asarray(model.get_layer("conv1").bias).any()


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
@pytest.mark.parametrize("pooling", ["max", "average"])
def test_logits_are_numpys(image_data, convolve, pooling, activation):
    model = lenet5(image_data((14, 17, 3), classes=4), pooling, activation)
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(0, 0.2, weight.shape) for weight in model.get_weights()])
    conv1, bias1, conv2, bias2, hidden1, bias3, hidden2, bias4, classifier, bias5 = model.get_weights()
    x = rng.random((3, 14, 17, 3))

    def active(x):
        return np.maximum(x, 0) if activation == "relu" else 1 / (1 + np.exp(-x))

    def pooled(x):
        height, width = (n // 2 * 2 for n in x.shape[1:3])
        x = x[:, :height, :width]
        four = np.stack([x[:, i::2, j::2] for i in (0, 1) for j in (0, 1)])
        return four.max(0) if pooling == "max" else four.mean(0)

    features = pooled(active(convolve(pooled(active(convolve(x, conv1, bias1, same=True))), conv2, bias2)))
    hidden = active(active(features.reshape(3, -1) @ hidden1 + bias3) @ hidden2 + bias4)
    np.testing.assert_allclose(model(x.astype(np.float32)), hidden @ classifier + bias5, rtol=1e-4, atol=1e-4)


def test_the_smallest_image_leaves_one_pixel(image_data):
    assert lenet5(image_data((12, 12, 1))).get_layer("pool2").output.shape[1:] == (1, 1, 16)
    with pytest.raises(ConfigError, match=r"at least 12 x 12 pixels\. Received: 11 x 28"):
        lenet5(image_data((11, 28, 1)))
