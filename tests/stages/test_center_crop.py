"""The middle of images; smaller ones are refused or filled up."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.stages.base.apply import apply, serve
from tfd2l.stages.center_crop import CenterCrop


def test_the_middle_is_kept(picture, boxes_seen):
    part = CenterCrop(18, 20).transform(picture)
    np.testing.assert_array_equal(part["image"], picture["image"][1:19, 5:25])
    np.testing.assert_array_equal(part["mask"], picture["mask"][1:19, 5:25])
    for row, box in zip(part["objects"][:2, 1:], boxes_seen(part["mask"]), strict=True):
        np.testing.assert_allclose(row, box, atol=1e-6)
    served = serve([CenterCrop(18, 20)], {"image": picture["image"][tf.newaxis]})["image"]
    np.testing.assert_array_equal(served[0], part["image"])


def test_a_smaller_image_is_refused_or_filled_up(picture):
    with pytest.raises(ConfigError, match=r"smaller than the crop of 24 x 24.*pad: true.*Received: 20 x 30"):
        CenterCrop(24, 24).transform(picture)
    part = CenterCrop(24, 24, pad=True).transform(picture)
    np.testing.assert_array_equal(part["image"][2:22], picture["image"][:, 3:27])
    assert np.all(np.asarray(part["mask"])[[0, 1, 22, 23]] == 255)


def test_a_smaller_image_among_others_is_refused_when_it_comes():
    spec = tf.TensorSpec([None, None, 3])
    images = [np.zeros((9, 9, 3), "f"), np.zeros((9, 5, 3), "f")]
    ds = tf.data.Dataset.from_generator(lambda: iter(images), output_signature=spec)
    ds = apply([CenterCrop(6, 6)], ds.map(lambda image: {"image": image}), split="train", seed=0)
    assert ds.element_spec["image"].shape == (6, 6, 3)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"center_crop: an image is smaller.*9.*5"):
        list(ds)


def test_a_crop_has_a_size():
    with pytest.raises(ValueError, match=r"height must be at least 1\. Received: height=0"):
        CenterCrop(0, 3)
