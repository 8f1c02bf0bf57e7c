"""Style transfer: its losses are NumPy's, its targets stand, its image learns alone, and where networks come from."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.style_images import StyleImages
from tfd2l.data.info import NO_DATA
from tfd2l.errors import ConfigError
from tfd2l.models.backbones.feature_extractor import build_feature_extractor
from tfd2l.models.resnet18 import resnet18
from tfd2l.models.style_transfer import CONTENT_LAYERS, STYLE_LAYERS, style_transfer

SIZE = (32, 40)
SMALL = {"style_layers": ["block1_conv1", "block2_conv1"], "content_layers": ["block1_conv2"]}


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    pictures = {name: rng.integers(0, 256, (*SIZE, 3)).astype(np.uint8) for name in ("content", "style")}
    return NO_DATA.with_fact(StyleImages(**pictures))


def numpys(model, data, weights, scale):
    """The three losses in float64, from the network's features alone."""

    def features(unit):
        fed = (unit - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
        return [np.asarray(out, np.float64)[0] for out in model.network(fed[None].astype(np.float32))]

    def gram(of):
        rows = of.reshape(-1, of.shape[-1]).T
        return rows @ rows.T / of.size

    image = np.asarray(model.image, np.float64)
    now = features(image * [0.229, 0.224, 0.225] + [0.485, 0.456, 0.406])
    content, style = (features(getattr(data.fact(StyleImages), name) / 255) for name in ("content", "style"))
    if scale:
        for number, (a, b) in enumerate(zip(content, style, strict=True)):
            size = np.sqrt((np.mean(a**2) + np.mean(b**2)) / 2)
            now[number], content[number], style[number] = now[number] / size, a / size, b / size
    k = len(SMALL["content_layers"])
    variation = 0.5 * (np.abs(np.diff(image, axis=0)).mean() + np.abs(np.diff(image, axis=1)).mean())
    losses = [
        sum(np.mean((a - b) ** 2) for a, b in zip(now[:k], content[:k], strict=True)),
        sum(np.mean((gram(a) - gram(b)) ** 2) for a, b in zip(now[k:], style[k:], strict=True)),
        variation,
    ]
    return np.multiply(losses, weights)


@pytest.mark.parametrize("scale", [False, True])
def test_losses_are_numpys(data, scale):
    keras.utils.set_random_seed(0)
    weights = (2.0, 1e3, 5.0)
    model = style_transfer(data, 4, **SMALL, content_weight=2.0, tv_weight=5.0, scale_features=scale)
    model.image.assign_add(np.random.default_rng(1).normal(size=(*SIZE, 3)))
    expected = numpys(model, data, weights, scale)
    np.testing.assert_allclose(model.weighted_losses(tf.convert_to_tensor(model.image)), expected, rtol=1e-3)
    np.testing.assert_allclose(model(np.zeros((3, 1))), np.full(3, expected.sum()), rtol=1e-3)


def test_it_starts_as_the_content_and_the_image_alone_learns(data):
    model = style_transfer(data, 4, **SMALL)
    np.testing.assert_array_equal(model.to_bytes(), data.fact(StyleImages).content)
    assert [weight.name for weight in model.trainable_weights] == ["image"]
    content, style, _ = model.weighted_losses(tf.convert_to_tensor(model.image))
    assert float(content) < 1e-6 < float(style)


@pytest.mark.parametrize("jit", [False, True])
def test_a_step_remembers_losses_and_every_so_manyth_image(data, jit):
    model = style_transfer(data, 5, **SMALL, keep_every=2)

    @tf.function(jit_compile=jit)
    def step(values):
        held = list(zip(model.non_trainable_variables, values, strict=True))
        with keras.StatelessScope(held) as scope:
            total = model(tf.zeros([1, 1]), training=True)
        return total, [scope.get_current_value(variable) for variable in model.non_trainable_variables]

    painted, totals = [], []
    for number in range(5):
        painted.append(model.to_bytes())
        total, values = step([tf.convert_to_tensor(variable) for variable in model.non_trainable_variables])
        for variable, value in zip(model.non_trainable_variables, values, strict=True):
            variable.assign(value)
        totals.append(float(total[0]))
        model.image.assign_add(np.full((*SIZE, 3), 0.1 * (number + 1)))
    assert int(model.steps) == 5
    np.testing.assert_allclose(np.asarray(model.losses_of_steps).sum(axis=1), totals, rtol=1e-5)
    np.testing.assert_array_equal(model.kept_images, np.stack(painted[::2]))


def test_features_of_the_images_are_computed_once(data, monkeypatch):
    model = style_transfer(data, 4, **SMALL)
    seen = []
    real = model.network.call
    monkeypatch.setattr(model.network, "call", lambda x, **options: seen.append(x.shape[0]) or real(x, **options))
    model(np.zeros((1, 1)), training=True)
    assert seen == [1]  # the image, not the pictures again


def test_it_is_loaded_as_it_was_saved(data, tmp_path):
    model = style_transfer(data, 4, **SMALL)
    model(np.zeros((1, 1)), training=True)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.to_bytes(), model.to_bytes())
    np.testing.assert_allclose(loaded(np.zeros((1, 1))), model(np.zeros((1, 1))), rtol=1e-5)


def test_the_default_layers_are_the_books():
    network = build_feature_extractor(None, [*CONTENT_LAYERS, *STYLE_LAYERS])
    assert [shape[-1] for shape in network.compute_output_shape((1, 300, 450, 3))] == [512, 64, 128, 256, 512, 512]
    names = [layer.name for layer in network.layers]
    assert names[-1] == "block5_conv1"  # nothing is computed beyond the last
    assert not network.trainable_weights


def test_a_file_of_vgg19s_weights(tmp_path):
    theirs = keras.applications.VGG19(include_top=False, weights=None)
    theirs.save_weights(tmp_path / "vgg19.weights.h5")
    network = build_feature_extractor(str(tmp_path / "vgg19.weights.h5"), ["block1_conv1", "block2_conv1"])
    for name in ("block1_conv2", "block2_conv1"):
        np.testing.assert_array_equal(network.get_layer(name).kernel, theirs.get_layer(name).kernel)


def test_a_network_that_was_trained_here(image_data, data, tmp_path):
    classifier = resnet18(image_data((16, 16, 3)), width=2)
    classifier.get_layer("stem_norm").moving_mean.assign([0.3, -0.2])
    classifier.save(tmp_path / "resnet.keras")
    layers = ["stem_conv", "group2_block1_conv1"]
    network = build_feature_extractor(str(tmp_path / "resnet.keras"), layers)
    x = np.random.default_rng(0).random((1, 16, 16, 3), np.float32)
    theirs = keras.Model(classifier.input, [classifier.get_layer(name).output for name in layers])(x)
    for ours, of in zip(network(x), theirs, strict=True):
        np.testing.assert_allclose(ours, of, rtol=1e-5, atol=1e-6)
    assert network(np.zeros((1, 20, 30, 3), np.float32))[1].shape == (1, 10, 15, 4)  # of any size
    model = style_transfer(
        data, 4, style_layers=layers[:1], content_layers=layers[1:], weights=str(tmp_path / "resnet.keras")
    )
    assert model.pixels == "unit"


@pytest.mark.parametrize("pixels", ["torch", "caffe", "unit"])
def test_pixels_are_what_keras_applications_make_of_them(data, pixels):
    model = style_transfer(data, 4, **SMALL, pixels=pixels)
    image = data.fact(StyleImages).style
    preprocess = keras.applications.imagenet_utils.preprocess_input
    fed = image / 255 if pixels == "unit" else preprocess(image.astype(np.float64), mode=pixels)
    normalized = (image / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    ours = model._compute_features(tf.constant(normalized, tf.float32))
    for of, theirs in zip(ours, model.network(fed[None].astype(np.float32)), strict=True):
        np.testing.assert_allclose(of, theirs, rtol=1e-3, atol=1e-3 * np.abs(theirs).max())


def test_arguments_that_do_not_fit_are_refused(data, image_data, tmp_path):
    with pytest.raises(
        ConfigError, match=r"no layer 'block1_conv9'\. Did you mean 'block1_conv.*Received: model\.style"
    ):
        style_transfer(data, 4, style_layers=["block1_conv9"])
    with pytest.raises(ConfigError, match=r"no StyleImages .*these datasets: content_and_style\. Received: data none"):
        style_transfer(NO_DATA, 4)
    with pytest.raises(ConfigError, match=r"at least 1\. Received: keep_every=0"):
        style_transfer(data, 4, keep_every=0)
    resnet18(image_data((16, 16, 1)), width=2).save(tmp_path / "grey.keras")
    with pytest.raises(ConfigError, match=r"images in three colours .*Received: model\.weights=.*grey"):
        style_transfer(data, 4, weights=str(tmp_path / "grey.keras"))
