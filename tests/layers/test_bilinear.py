"""The initializer: channels are enlarged by themselves, in a layer that is saved and loaded."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.layers.bilinear import Bilinear


def test_a_layer_enlarges_every_channel_by_itself(tmp_path):
    image = keras.Input((5, 6, 3))
    layer = keras.layers.Conv2DTranspose(3, 8, 4, "same", kernel_initializer=Bilinear(), name="up")
    model = keras.Model(image, layer(image))
    x = np.random.default_rng(0).random((2, 5, 6, 3), np.float32)
    resized = tf.image.resize(x, [20, 24], "bilinear")
    np.testing.assert_allclose(model(x)[:, 4:-4, 4:-4], resized[:, 4:-4, 4:-4], atol=1e-6)
    model.save(tmp_path / "m.keras")
    loaded = keras.saving.load_model(tmp_path / "m.keras")
    assert isinstance(loaded.get_layer("up").kernel_initializer, Bilinear)


def test_filters_without_a_channel_are_zero():
    kernel = np.asarray(Bilinear()((4, 4, 3, 2)))
    assert kernel[0, 0, 0, 0] == kernel[0, 0, 1, 1] == 0.0625
    assert not kernel[:, :, 2].any()
    assert not kernel[:, :, 0, 1].any()


def test_only_squares():
    with pytest.raises(ValueError, match=r"square\. Received: 4 x 5"):
        Bilinear()((4, 5, 1, 1))
