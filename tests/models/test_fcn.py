"""The fully convolutional network: sizes, its beginning as interpolation, and where its body comes from."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.models.backbones.resnet18_backbone import get_backbone_layers
from tfd2l.models.fcn import fcn
from tfd2l.models.resnet18 import resnet18
from tfd2l.testing import check_model

SIZES = [(32, 64), (33, 65), (50, 47), (7, 100)]


@pytest.mark.parametrize("stem", ["small", "imagenet"])
def test_the_output_has_the_images_size(image_data, stem):
    model = fcn(image_data((32, 32, 3), 5), width=2, stem=stem)
    for size in SIZES:
        assert model(np.zeros((2, *size, 3), np.float32)).shape == (2, *size, 5)
        static = tf.function(model).get_concrete_function(tf.TensorSpec([2, *size, 3]))
        assert static.output_shapes == (2, *size, 5)
    anyhow = tf.function(lambda x: model(x), input_signature=[tf.TensorSpec([None, None, None, 3])])
    x = np.random.default_rng(0).random((1, 33, 50, 3), np.float32)
    np.testing.assert_allclose(anyhow(x), model(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("stem", "stride"), [("small", 8), ("imagenet", 32)])
def test_it_begins_as_bilinear_interpolation_of_the_scores(image_data, stem, stride):
    model = fcn(image_data((64, 64, 3), 4), width=2, stem=stem)
    x = np.random.default_rng(0).random((1, 4 * stride, 6 * stride, 3), np.float32)
    scores = keras.Model(model.input, model.get_layer("scores").output)(x)
    assert scores.shape == (1, 4, 6, 4)
    resized = tf.image.resize(scores, x.shape[1:3], "bilinear")
    inside = slice(stride, -stride)
    np.testing.assert_allclose(model(x)[:, inside, inside], resized[:, inside, inside], rtol=1e-4, atol=1e-5)


def test_a_classifiers_backbone_is_transferred(image_data, tmp_path):
    classifier = resnet18(image_data((16, 16, 3), 7), width=2)
    classifier.save(tmp_path / "classifier.keras")
    model = fcn(image_data((24, 24, 3), 3), 2, "small", str(tmp_path / "classifier.keras"), frozen=True)
    for theirs, ours in zip(get_backbone_layers(classifier), get_backbone_layers(model), strict=True):
        for a, b in zip(theirs.get_weights(), ours.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)
    trained = {weight.path for weight in model.trainable_weights}
    assert trained == {f"{layer}/{name}" for layer in ("scores", "enlarge") for name in ("kernel", "bias")}


def test_can_be_trained_saved_and_exported(image_data):
    x = np.random.default_rng(0).random((2, 20, 16, 3), np.float32)
    check_model(lambda data: fcn(data, width=2, stem="small"), image_data((16, 16, 3), 3), x, tolerance=1e-4)
