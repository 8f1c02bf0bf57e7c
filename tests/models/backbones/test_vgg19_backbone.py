"""VGG-19's convolutions: keras.applications' weights fit, and give the same features."""

from __future__ import annotations

import keras
import numpy as np

from tfd2l.models.backbones.vgg19_backbone import build_vgg19_backbone
from tfd2l.models.weights.image_weights import transfer_weights


def test_keras_applications_weights_fit_by_name_and_its_outputs_are_what_the_relus_leave(tmp_path):
    theirs = keras.applications.VGG19(include_top=False, weights=None)
    theirs.save_weights(tmp_path / "vgg19.weights.h5")
    ours = build_vgg19_backbone()
    assert transfer_weights(ours.layers, str(tmp_path / "vgg19.weights.h5")) == 16
    names = ["block1_conv1", "block2_conv1", "block3_conv4", "block5_conv1"]
    x = np.random.default_rng(0).random((1, 37, 45, 3), np.float32)
    before = keras.Model(ours.input, [ours.get_layer(name).output for name in names])(x)
    after = keras.Model(theirs.input, [theirs.get_layer(name).output for name in names])(x)
    for ours_, theirs_ in zip(before, after, strict=True):
        assert np.asarray(ours_).min() < 0
        np.testing.assert_allclose(np.maximum(ours_, 0), theirs_, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(ours(x), theirs(x), rtol=1e-3, atol=1e-5)


def test_random_weights_keep_the_size_of_features():
    keras.utils.set_random_seed(0)
    ours = build_vgg19_backbone()
    x = np.random.default_rng(0).normal(size=(1, 64, 64, 3)).astype(np.float32)
    deep = keras.Model(ours.input, ours.get_layer("block5_conv1").output)(x)
    assert 0.3 < float(np.std(deep)) < 10
