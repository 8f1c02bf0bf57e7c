"""Random parts at one size; boxes and masks go with them."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.stages.random_resized_crop import RandomResizedCrop


def test_boxes_are_where_the_mask_is(picture, drawn, boxes_seen):
    left = 0
    for one in drawn(RandomResizedCrop(120, 120), picture, 60):
        assert one["image"].shape == (120, 120, 3)
        for row, box in zip(one["objects"][:2], boxes_seen(one["mask"]), strict=True):
            if row[0] >= 0:
                np.testing.assert_allclose(row[1:], box, atol=2 / 120)  # the mask is as fine as its pixels
                left += 1
        np.testing.assert_array_equal(one["objects"][2], [-1, 0, 0, 0, 0])
        red = (one["mask"] == 1).nonzero()
        assert len(red[0]) == 0 or one["image"][..., 0][red].mean() > 0.8
    assert 20 < left < 110  # some are cut away, not all


def test_whole_images_with_nothing_to_choose(picture, drawn):
    (one,) = drawn(RandomResizedCrop(area=(1.0, 1.0), ratio=(1.5, 1.5)), picture, 1)  # of its own size
    np.testing.assert_allclose(one["image"], picture["image"], atol=1e-6)
    np.testing.assert_allclose(one["objects"], picture["objects"], atol=1e-6)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"area": (0.5, 0.1)}, r"area is \[least, largest\].*Received: area=\[0\.5, 0\.1\]"),
        ({"area": (0.5, 1.5)}, r"Received: area=\[0\.5, 1\.5\]"),
        ({"ratio": (0.0, 2.0)}, r"Received: ratio=\[0\.0, 2\.0\]"),
    ],
)
def test_bounds_are_checked(options, message):
    with pytest.raises(ValueError, match=message):
        RandomResizedCrop(8, 8, **options)
