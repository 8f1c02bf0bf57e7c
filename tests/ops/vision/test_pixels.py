"""Resizing of images and masks."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.ops.vision.pixels import resize_images, resize_masks


@pytest.mark.parametrize("dtype", [tf.uint8, tf.float32])
def test_resized_images_keep_their_type_and_mean(dtype):
    image = tf.cast(np.random.default_rng(0).integers(0, 256, (2, 8, 12, 3)), dtype)
    half = resize_images(image, [4, 6])
    assert half.dtype == dtype
    assert half.shape == (2, 4, 6, 3)
    assert np.mean(half) == pytest.approx(np.mean(image), abs=2)


def test_resized_masks_hold_the_same_classes():
    mask = np.random.default_rng(0).choice(np.array([0, 7, 255], np.uint8), (1, 8, 8))
    doubled = resize_masks(tf.constant(mask), [16, 16])
    np.testing.assert_array_equal(doubled, np.repeat(np.repeat(mask, 2, axis=1), 2, axis=2))
