"""Mirrored training images: how often, and with what belongs to them."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.stages.base.apply import apply
from tfd2l.stages.flip import Flip


def test_as_often_as_asked_and_each_by_itself(picture, drawn, boxes_seen):
    image = np.asarray(picture["image"])
    across = down = both = 0
    for one in drawn(Flip(horizontal=0.5, vertical=0.25), picture, 1000):
        h, v = (
            any(np.array_equal(one["image"], image[::step, ::-1]) for step in (1, -1)),
            any(np.array_equal(one["image"], image[::-1, ::step]) for step in (1, -1)),
        )
        across, down, both = across + h, down + v, both + (h and v)
        for row, box in zip(one["objects"][:2, 1:], boxes_seen(one["mask"]), strict=True):
            np.testing.assert_allclose(row, box, atol=1e-6)
    np.testing.assert_allclose([across, down, both], [500, 250, 125], atol=50)


def test_certain_and_never(picture, drawn):
    (always,) = drawn(Flip(horizontal=1), picture, 1)
    np.testing.assert_array_equal(always["image"], picture["image"][:, ::-1])
    (never,) = drawn(Flip(horizontal=0), picture, 1)
    np.testing.assert_array_equal(never["image"], picture["image"])


def test_is_for_training_and_for_any_type(picture):
    bytes_alone = {"image": tf.cast(picture["image"] * 255, tf.uint8)}
    ds = tf.data.Dataset.from_tensors(bytes_alone)
    (kept,) = apply([Flip(horizontal=1)], ds, split="test", seed=0)
    np.testing.assert_array_equal(kept["image"], bytes_alone["image"])
    (flipped,) = apply([Flip(horizontal=1)], ds, split="train", seed=0)
    np.testing.assert_array_equal(flipped["image"], bytes_alone["image"][:, ::-1])


def test_two_of_them_draw_on_their_own(drawn, picture):
    stages = [Flip(horizontal=0.5, vertical=0.0), Flip(horizontal=0.0, vertical=0.5)]
    ds = tf.data.Dataset.from_tensors({"image": picture["image"]}).repeat(400)
    kinds = {one["image"].tobytes() for one in apply(stages, ds, split="train", seed=0).as_numpy_iterator()}
    assert len(kinds) == 4


def test_a_probability_is_one():
    with pytest.raises(ValueError, match=r"vertical must be in \[0, 1\]\. Received: vertical=2"):
        Flip(vertical=2)
