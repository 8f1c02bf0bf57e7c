"""Random places, the same for image, mask and boxes."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.errors import ConfigError
from tfd2l.stages.random_crop import RandomCrop


def test_image_mask_and_boxes_come_from_one_place(picture, drawn, boxes_seen):
    for part in drawn(RandomCrop(16, 24), picture, 50):
        np.testing.assert_array_equal(part["mask"] == 1, part["image"][..., 0] == 1)
        np.testing.assert_array_equal(part["mask"] == 2, part["image"][..., 1] == 1)
        for row, box in zip(part["objects"][:2], boxes_seen(part["mask"]), strict=True):
            if row[0] >= 0:
                np.testing.assert_allclose(row[1:], box, atol=1e-6)
        np.testing.assert_array_equal(part["objects"][2], [-1, 0, 0, 0, 0])


def test_every_place_is_as_likely(picture, drawn):
    image = np.arange(30, dtype=np.float32).reshape(5, 6, 1)
    firsts = [part["image"][0, 0, 0] for part in drawn(RandomCrop(4, 4), {"image": image}, 3000)]
    places, counts = np.unique(firsts, return_counts=True)
    np.testing.assert_array_equal(places, [0, 1, 2, 6, 7, 8])
    assert np.abs(counts / 3000 - 1 / 6).max() < 0.03


def test_padding_lets_the_edge_come_in(drawn):
    image = np.ones((8, 8, 1), np.float32)
    parts = drawn(RandomCrop(padding=2), {"image": image}, 200)  # of the image's own size
    assert parts[0]["image"].shape == (8, 8, 1)
    assert {int(part["image"].sum()) for part in parts} <= {a * b for a in (6, 7, 8) for b in (6, 7, 8)}
    assert min(part["image"].sum() for part in parts) == 36


def test_a_smaller_image_is_refused_or_filled_up(picture, drawn):
    with pytest.raises(ConfigError, match=r"random_crop: an image is smaller than the crop of 32 x 16"):
        drawn(RandomCrop(32, 16), picture, 1)
    (part,) = drawn(RandomCrop(32, 40, pad=True), picture, 1)
    assert part["image"].shape == (32, 40, 3)
    assert np.sum(part["mask"] == 255) == 32 * 40 - 20 * 30


def test_the_same_seed_draws_the_same(picture, drawn):
    one, same, other = (drawn(RandomCrop(10, 10), picture, 5, seed=seed) for seed in (1, 1, 2))
    for a, b in zip(one, same, strict=True):
        np.testing.assert_array_equal(a["image"], b["image"])
    assert any(np.any(a["image"] != b["image"]) for a, b in zip(one, other, strict=True))


def test_options_are_checked():
    with pytest.raises(ValueError, match=r"padding must be at least 0\. Received: padding=-1"):
        RandomCrop(3, 3, padding=-1)
