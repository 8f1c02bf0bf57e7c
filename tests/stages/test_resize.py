"""Resize: to a size, or by the shorter side; the same for tf.data and for serving."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.stages.base.apply import apply, serve
from tfd2l.stages.resize import Resize


def several_sizes():
    images = [np.full(size, 7, np.uint8) for size in ((10, 20, 3), (30, 15, 3), (8, 8, 3))]
    spec = tf.TensorSpec([None, None, 3], tf.uint8)
    ds = tf.data.Dataset.from_generator(lambda: iter(images), output_signature=spec)
    return ds.map(lambda image: {"image": image})


def test_images_of_several_sizes_come_to_one():
    ds = apply([Resize(height=6, width=9)], several_sizes(), split="train", seed=0)
    assert ds.element_spec["image"] == tf.TensorSpec([6, 9, 3], tf.uint8)
    assert np.unique([example["image"] for example in ds.as_numpy_iterator()]) == [7]


def test_the_shorter_side_comes_to_a_length():
    ds = apply([Resize(shorter_side=5)], several_sizes(), split="train", seed=0)
    assert [example["image"].shape for example in ds.as_numpy_iterator()] == [(5, 10, 3), (10, 5, 3), (5, 5, 3)]
    ds = tf.data.Dataset.from_tensors({"image": np.zeros((10, 25, 3), np.uint8)})
    assert apply([Resize(shorter_side=5)], ds, split="test", seed=0).element_spec["image"].shape == (5, 12, 3)


def test_serving_computes_the_same():
    images = np.random.default_rng(0).integers(0, 256, (5, 9, 13, 3), np.uint8)
    stages = [Resize(height=6, width=4)]
    served = serve(stages, {"image": tf.constant(images)})["image"]
    ds = apply(stages, tf.data.Dataset.from_tensor_slices({"image": images}), split="test", seed=0)
    np.testing.assert_array_equal(served, np.stack([example["image"] for example in ds.as_numpy_iterator()]))


@pytest.mark.parametrize(
    "sizes", [{}, {"height": 3}, {"height": 3, "width": 3, "shorter_side": 3}, {"shorter_side": 0}]
)
def test_one_way_alone_and_whole_pixels(sizes):
    with pytest.raises(
        ValueError, match=r"(height and width, or shorter_side|shorter_side must be at least 1).*Received"
    ):
        Resize(**sizes)
