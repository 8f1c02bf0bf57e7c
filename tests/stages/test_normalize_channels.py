"""Channels with given mean and deviation."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.standardization import Standardization
from tfd2l.data.info import NO_DATA
from tfd2l.errors import ConfigError
from tfd2l.stages.base.apply import apply, serve
from tfd2l.stages.normalize_channels import NormalizeChannels

IMAGES = np.random.default_rng(0).random((4, 5, 6, 3)).astype(np.float32)


def test_imagenets_by_default_the_same_when_served():
    expected = (IMAGES - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    ds = apply([NormalizeChannels()], tf.data.Dataset.from_tensor_slices({"image": IMAGES}), split="test", seed=0)
    np.testing.assert_allclose([one["image"] for one in ds.as_numpy_iterator()], expected, atol=1e-5)
    np.testing.assert_allclose(
        serve([NormalizeChannels()], {"image": tf.constant(IMAGES)})["image"], expected, atol=1e-5
    )


def test_tells_how_to_undo_it():
    stage = NormalizeChannels([0.5], [0.25])
    mean, std = stage.bind(NO_DATA).fact(Standardization).statistics["image"]
    normalized = stage.transform({"image": tf.constant(IMAGES[..., :1])})["image"]
    np.testing.assert_allclose(normalized * std + mean, IMAGES[..., :1], atol=1e-6)


def test_what_does_not_fit_is_told():
    with pytest.raises(ConfigError, match=r"normalize_channels takes images of 3 channels"):
        NormalizeChannels().transform({"image": tf.zeros([2, 2, 1])})
    with pytest.raises(ConfigError, match=r"put a scale_pixels before it"):
        NormalizeChannels().transform({"image": tf.zeros([2, 2, 3], tf.uint8)})
    with pytest.raises(ValueError, match=r"std positive ones.*Received: mean=\[0\.5\], std=\[0\.0\]"):
        NormalizeChannels([0.5], [0.0])
