"""Crop, pad, resize and flip: image, boxes and mask stay together."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfd2l.stages.base.image_geometry import crop, flip, get_size, pad, resize


def test_a_crop_takes_box_and_mask_along(picture, boxes_seen):
    part = crop(picture, 1, 2, 18, 25)
    np.testing.assert_array_equal(part["image"], picture["image"][1:19, 2:27])
    np.testing.assert_array_equal(part["mask"], picture["mask"][1:19, 2:27])
    for row, box in zip(part["objects"][:2, 1:], boxes_seen(part["mask"]), strict=True):
        np.testing.assert_allclose(row, box, atol=1e-6)
    np.testing.assert_array_equal(part["objects"][:, 0], [1, 0, -1])


def test_a_box_whose_centre_is_cut_away_is_dropped(picture):
    part = crop(picture, 0, 0, 20, 22)  # the second box has its centre at 22
    np.testing.assert_allclose(part["objects"][1, 1:], [15 / 22, 8 / 20, 1, 19 / 20], rtol=1e-6)
    part = crop(picture, 0, 0, 20, 21)
    np.testing.assert_array_equal(part["objects"][1:], [[-1, 0, 0, 0, 0]] * 2)
    np.testing.assert_allclose(part["objects"][0, 1:], [2 / 21, 3 / 20, 12 / 21, 9 / 20], rtol=1e-6)


def test_a_batch_is_cropped_as_its_images_are(picture):
    batch = {key: tf.stack([value, value]) for key, value in picture.items()}
    for change in (lambda e: crop(e, 1, 2, 18, 25), lambda e: pad(e, 1, 2, 3, 4), lambda e: resize(e, 8, 9)):
        one, several = change(picture), change(batch)
        for key in picture:
            np.testing.assert_allclose(several[key], np.stack([one[key]] * 2), atol=1e-6)


def test_padding_is_ignored_in_the_mask(picture, boxes_seen):
    padded = pad(picture, 1, 2, 3, 4)
    assert padded["image"].shape == (24, 36, 3)
    np.testing.assert_array_equal(padded["image"][1:21, 2:32], picture["image"])
    assert np.sum(padded["image"]) == np.sum(picture["image"])
    assert np.sum(np.asarray(padded["mask"]) == 255) == 24 * 36 - 20 * 30
    for row, box in zip(padded["objects"][:2, 1:], boxes_seen(padded["mask"]), strict=True):
        np.testing.assert_allclose(row, box, atol=1e-6)


def test_resizing_by_whole_factors_moves_the_box_exactly(picture, boxes_seen):
    larger = resize(picture, 60, 90)
    np.testing.assert_array_equal(larger["objects"], picture["objects"])
    np.testing.assert_array_equal(larger["mask"], np.kron(picture["mask"], np.ones((3, 3), np.uint8)))
    for row, box in zip(larger["objects"][:2, 1:], boxes_seen(larger["mask"]), strict=True):
        np.testing.assert_allclose(row, box, atol=1e-6)


def test_shrinking_takes_the_mean_and_bytes_stay_bytes():
    image = np.random.default_rng(0).integers(0, 256, (64, 64, 1), np.uint8)
    small = resize({"image": tf.constant(image)}, 4, 4)["image"]
    assert small.dtype == tf.uint8
    means = image.reshape(4, 16, 4, 16).mean(axis=(1, 3))
    assert np.abs(np.asarray(small[..., 0], np.float32) - means).max() < 16  # single pixels of noise differ by 128
    assert set(np.unique(resize({"image": tf.constant(image[:1] * 0 + 255)}, 3, 5)["image"])) == {255}


def test_flips_change_sides(picture, boxes_seen):
    for horizontal in (False, True):
        for vertical in (False, True):
            result = flip(picture, tf.constant(horizontal), tf.constant(vertical))
            for key in ("image", "mask"):
                expected = np.asarray(picture[key])[:: -1 if vertical else 1, :: -1 if horizontal else 1]
                np.testing.assert_array_equal(result[key], expected)
            for row, box in zip(result["objects"][:2, 1:], boxes_seen(result["mask"]), strict=True):
                np.testing.assert_allclose(row, box, atol=1e-6)
            np.testing.assert_array_equal(result["objects"][2], [-1, 0, 0, 0, 0])


def test_sizes_that_are_known_beforehand_are_plain_numbers(picture):
    assert get_size(picture["image"]) == (20, 30)

    @tf.function(input_signature=[tf.TensorSpec([None, 30, 3])])
    def sizes(image):
        height, width = get_size(image)
        assert isinstance(height, tf.Tensor)
        assert width == 30
        return height

    assert sizes(picture["image"]) == 20
