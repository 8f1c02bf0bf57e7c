"""ResNet-18: the book's shapes and number of weights, and the same numbers as NumPy."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.models.resnet18 import resnet18
from tfd2l.testing import check_model


def expected_weights(width, channels, classes):
    """By hand: convolutions with bias, two numbers a channel for each normalization, a plain 1 x 1 shortcut."""
    total = (9 * channels + 1) * width + 2 * width
    entering = width
    for group in range(4):
        leaving = width * 2**group
        first, second = (9 * entering + 1) * leaving, (9 * leaving + 1) * leaving
        shortcut = (entering + 1) * leaving if group else 0
        total += first + 3 * second + shortcut + 4 * 2 * leaving
        entering = leaving
    return total + (entering + 1) * classes


@pytest.mark.parametrize(
    ("width", "channels", "classes", "total"),
    [(64, 1, 10, 11_175_818), (64, 3, 10, 11_176_970), (8, 1, 10, 176_634), (4, 3, 7, None)],
)
def test_number_of_trainable_weights(image_data, width, channels, classes, total):
    model = resnet18(image_data((28, 28, channels), classes), width=width)
    count = sum(int(np.prod(weight.shape)) for weight in model.trainable_variables)
    assert count == expected_weights(width, channels, classes) == (total or count)


def test_shapes_are_the_books(image_data):
    model = resnet18(image_data())
    shapes = {name: model.get_layer(name).output.shape[1:] for name in ("stem_relu", "pool", "classifier")}
    shapes |= {f"group {n}": model.get_layer(f"group{n}_block2_relu2").output.shape[1:] for n in range(1, 5)}
    assert shapes == {
        "stem_relu": (28, 28, 64), "group 1": (28, 28, 64), "group 2": (14, 14, 128), "group 3": (7, 7, 256),
        "group 4": (4, 4, 512), "pool": (512,), "classifier": (10,),
    }  # fmt: skip


@pytest.mark.parametrize("training", [False, True])
def test_logits_are_numpys(image_data, convolve, training):
    data = image_data((9, 12, 2), classes=3)
    model = resnet18(data, width=2)
    rng = np.random.default_rng(0)
    for weight in model.weights:
        low, high = (0.5, 1.5) if weight.name in ("gamma", "moving_variance") else (-0.5, 0.5)
        weight.assign(rng.uniform(low, high, weight.shape))
    weights = {"/".join(weight.path.split("/")[-2:]): np.asarray(weight, np.float64) for weight in model.weights}
    x = rng.random((4, 9, 12, 2))

    def conv(x, name, stride=1):
        return convolve(x, weights[f"{name}/kernel"], weights[f"{name}/bias"], stride, same=True)

    def norm(x, name):
        mean, variance = weights[f"{name}/moving_mean"], weights[f"{name}/moving_variance"]
        if training:
            mean, variance = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
        return (x - mean) / np.sqrt(variance + 1e-5) * weights[f"{name}/gamma"] + weights[f"{name}/beta"]

    def relu(x):
        return np.maximum(x, 0)

    h = relu(norm(conv(x, "stem_conv"), "stem_norm"))
    for group in range(1, 5):
        for block in (1, 2):
            name = f"group{group}_block{block}"
            stride = 2 if group > 1 and block == 1 else 1
            y = relu(norm(conv(h, f"{name}_conv1", stride), f"{name}_norm1"))
            y = norm(conv(y, f"{name}_conv2"), f"{name}_norm2")
            h = relu(y + (conv(h, f"{name}_shortcut", 2) if stride == 2 else h))
    expected = h.mean(axis=(1, 2)) @ weights["classifier/kernel"] + weights["classifier/bias"]
    np.testing.assert_allclose(model(x.astype(np.float32), training=training), expected, rtol=2e-3, atol=2e-3)


def test_moving_statistics_follow_within_a_few_steps(image_data):
    model = resnet18(image_data((8, 8, 1)), width=2)
    layer = model.get_layer("stem_norm")
    layer.moving_mean.assign([1.0, 1.0])
    model(np.zeros((2, 8, 8, 1), np.float32), training=True)  # the stem's output is its bias, 0
    np.testing.assert_allclose(layer.moving_mean, 0.9, rtol=1e-6)


@pytest.mark.parametrize("width", [0, -1])
def test_a_width_below_one_is_refused(image_data, width):
    with pytest.raises(ConfigError, match=rf"at least 1\. Received: width={width}"):
        resnet18(image_data(), width=width)


def test_several_inputs_are_refused_with_the_way_out(image_data):
    data = image_data()
    x, *rest = data.batch_spec
    data = dataclasses.replace(data, batch_spec=({"image": x, "caption": x}, *rest))
    with pytest.raises(ConfigError, match=r"model\.resnet18 takes images alone: `stages\.batch.*Received: caption, im"):
        resnet18(data)


def test_can_be_trained_saved_and_exported(image_data):
    x = np.random.default_rng(0).random((2, 8, 8, 1), np.float32)

    def make(data):
        model = resnet18(data, width=2)
        model(x, training=True)  # its batch normalization has statistics to keep
        return model

    check_model(make, image_data((8, 8, 1)), x)


def test_narrow_nets_learn_from_images_of_48(image_data):
    """The gradient of a strided 1 x 1 convolution of few channels crashes TensorFlow 2.21 there."""
    model = resnet18(image_data((48, 48, 3)), width=4)
    images = tf.constant(np.random.default_rng(0).random((4, 48, 48, 3)), tf.float32)

    @tf.function
    def gradients():
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(model(images, training=True) ** 2)
        return tape.gradient(loss, [variable.value for variable in model.trainable_variables])

    assert all(np.isfinite(gradient).all() for gradient in gradients())
