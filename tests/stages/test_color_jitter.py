"""Random light: ranges, orders, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.stages.color_jitter import ColorJitter

GRAY = {"image": np.full((2, 2, 3), 0.4, np.float32)}
COLOR = {"image": np.random.default_rng(0).random((6, 6, 3)).astype(np.float32)}


def test_brightness_is_uniform_within_its_range(drawn):
    factors = np.sort([one["image"][0, 0, 0] / 0.4 for one in drawn(ColorJitter(brightness=0.5), GRAY, 2000)])
    np.testing.assert_allclose(factors, np.linspace(0.5, 1.5, 2000), atol=0.05)
    strongest = [one["image"].max() for one in drawn(ColorJitter(brightness=2.0), GRAY, 200)]
    assert min(strongest) >= 0  # 1 - 2 would be negative
    assert max(strongest) == 1  # clipped


def test_contrast_and_saturation_leave_grey_alone_and_hue_turns_both_ways(drawn):
    for one in drawn(ColorJitter(contrast=0.9, saturation=0.9, hue=0.5), GRAY, 20):
        np.testing.assert_allclose(one["image"], 0.4, atol=1e-3)  # the weights of grey sum to 0.9999
    red = {"image": np.tile(np.array([1.0, 0, 0], np.float32), (1, 1, 1))}
    shown = np.array([one["image"][0, 0] for one in drawn(ColorJitter(hue=0.25), red, 400)])
    assert abs(np.mean(shown[:, 1] > shown[:, 2]) - 0.5) < 0.1  # towards green or towards blue
    assert (shown[:, 0] > 0.49).all()  # a quarter of the circle is half way to the next


def test_the_order_changes(drawn):
    """Brightened past 1, clipped, then flattened is another image than the other way round."""
    stage = ColorJitter(brightness=1.0, contrast=1.0, saturation=0.5, hue=0.1)
    images = np.stack([one["image"] for one in drawn(stage, COLOR, 50)])
    assert images.min() >= 0
    assert images.max() <= 1
    assert len({image.tobytes() for image in images}) == 50
    again = np.stack([one["image"] for one in drawn(stage, COLOR, 50)])
    np.testing.assert_array_equal(images, again)


def test_nothing_asked_for_changes_nothing(drawn):
    (one,) = drawn(ColorJitter(), COLOR, 1)
    np.testing.assert_array_equal(one["image"], COLOR["image"])


def test_what_belongs_to_the_image_stays(picture, drawn):
    (one,) = drawn(ColorJitter(0.5, 0.5, 0.5, 0.5), picture, 1)
    for key in ("objects", "mask"):
        np.testing.assert_array_equal(one[key], picture[key])


def test_bytes_and_grey_images_are_refused(drawn):
    with pytest.raises(ConfigError, match=r"color_jitter computes on numbers.*scale_pixels before.*Received: uint8"):
        drawn(ColorJitter(0.5), {"image": np.zeros((2, 2, 3), np.uint8)}, 1)
    with pytest.raises(ConfigError, match=r"saturation or hue takes images of 3 channels.*Received: \(2, 2, 1\)"):
        drawn(ColorJitter(hue=0.1), {"image": np.zeros((2, 2, 1), np.float32)}, 1)
    (one,) = drawn(ColorJitter(0.5, 0.5), {"image": tf.ones([2, 2, 1])}, 1)
    assert one["image"].shape == (2, 2, 1)


@pytest.mark.parametrize(("options", "told"), [({"hue": 0.6}, "hue=0.6"), ({"contrast": -1.0}, "contrast=-1.0")])
def test_ranges_are_checked(options, told):
    with pytest.raises(ValueError, match=rf"(a part of the circle|at least 0).*Received: {told}"):
        ColorJitter(**options)
