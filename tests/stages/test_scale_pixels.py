"""Pixels from bytes to numbers from 0 to 1, the same for tf.data and for serving."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.stages.base.apply import apply, serve
from tfd2l.stages.scale_pixels import ScalePixels

IMAGES = np.random.default_rng(0).integers(0, 256, (5, 4, 3, 1), np.uint8)
IMAGES[0, 0, 0], IMAGES[0, 0, 1] = 0, 255


def dataset():
    return tf.data.Dataset.from_tensor_slices({"image": IMAGES, "label": tf.range(5)})


def test_every_byte_becomes_its_share_of_255():
    ds = apply([ScalePixels()], dataset(), split="test", seed=0)
    assert ds.element_spec == {"image": tf.TensorSpec([4, 3, 1], tf.float32), "label": tf.TensorSpec([], tf.int32)}
    scaled = np.stack([example["image"] for example in ds.as_numpy_iterator()])
    np.testing.assert_allclose(scaled, IMAGES / 255, rtol=1e-6)
    assert (scaled.min(), scaled.max()) == (0, 1)


def test_serving_computes_the_same():
    served = serve([ScalePixels()], {"image": tf.constant(IMAGES)})["image"]
    ds = apply([ScalePixels()], dataset(), split="test", seed=0)
    np.testing.assert_array_equal(served, np.stack([example["image"] for example in ds.as_numpy_iterator()]))


def test_scaling_twice_is_refused():
    with pytest.raises(ConfigError, match=r"scale_pixels: 'image' is not of bytes.*Received: float32"):
        apply([ScalePixels(), ScalePixels()], dataset(), split="test", seed=0)


def test_another_key_can_be_scaled():
    ds = dataset().map(lambda example: {"photo": example["image"]})
    (scaled, *_) = apply([ScalePixels("photo")], ds, split="test", seed=0)
    np.testing.assert_allclose(scaled["photo"], IMAGES[0] / 255, rtol=1e-6)
