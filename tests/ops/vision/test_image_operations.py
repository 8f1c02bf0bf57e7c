"""RandAugment's operations, beside NumPy and Pillow."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image, ImageOps

from tfd2l.ops.vision.image_operations import OPERATIONS, adjust_sharpness, autocontrast, equalize, posterize, solarize

BYTES = np.random.default_rng(0).integers(0, 200, (9, 11, 3))
BYTES[..., 1] //= 3
IMAGE = (BYTES / 255).astype(np.float32)


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("strength", [-1.0, 0.0, 0.5, 1.0])
def test_operations_keep_shape_and_range(name, strength):
    changed = OPERATIONS[name](tf.constant(IMAGE), tf.constant(strength))
    assert changed.shape == IMAGE.shape
    assert np.min(changed) >= 0
    assert np.max(changed) <= 1
    if strength == 0 and name not in ("autocontrast", "equalize"):
        np.testing.assert_allclose(changed, IMAGE, atol=1e-5)


def test_equalize_agrees_with_pillow():
    pixels = np.random.default_rng(1).normal(90, 25, (60, 50, 3)).clip(0, 255).astype(np.uint8)
    expected = np.asarray(ImageOps.equalize(Image.fromarray(pixels)))
    equalized = equalize(tf.constant(pixels / 255, tf.float32), 0.0)
    np.testing.assert_allclose(255 * equalized, expected, atol=1e-3)
    for flat in (tf.fill([4, 4, 3], 0.2), tf.fill([40, 40, 3], 0.2)):
        np.testing.assert_allclose(equalize(flat, 0.0), flat, atol=1e-6)


def test_autocontrast_uses_the_whole_range_of_each_channel():
    low, high = IMAGE.min(axis=(0, 1)), IMAGE.max(axis=(0, 1))
    np.testing.assert_allclose(autocontrast(tf.constant(IMAGE), 0.0), (IMAGE - low) / (high - low), atol=1e-6)
    flat = tf.fill([4, 4, 3], 0.2)
    np.testing.assert_array_equal(autocontrast(flat, 0.0), flat)


def test_solarize_and_posterize_by_hand():
    expected = np.where(IMAGE >= 0.6, 1 - IMAGE, IMAGE)
    np.testing.assert_allclose(solarize(tf.constant(IMAGE), 0.4), expected, atol=1e-6)
    np.testing.assert_allclose(255 * posterize(tf.constant(IMAGE), -1.0), BYTES // 16 * 16, atol=1e-4)
    np.testing.assert_allclose(255 * posterize(tf.constant(IMAGE), 0.5), BYTES // 4 * 4, atol=1e-4)


def test_sharpness_extrapolates_from_the_blurred_image():
    blurred = IMAGE.copy().astype(np.float64)
    for row in range(1, 8):
        for column in range(1, 10):
            around = IMAGE[row - 1 : row + 2, column - 1 : column + 2].sum(axis=(0, 1))
            blurred[row, column] = (around + 4 * IMAGE[row, column]) / 13
    expected = np.clip(blurred + (1 + 0.9) * (IMAGE - blurred), 0, 1)
    np.testing.assert_allclose(adjust_sharpness(tf.constant(IMAGE), 1.0), expected, atol=1e-5)


def at_the_middle(height=21, width=21):
    image = np.zeros((height, width, 1), np.float32)
    image[height // 2, width // 2 + 6] = 1  # six to the right of the middle
    return tf.constant(image)


def brightest(image):
    return np.unravel_index(np.argmax(image[..., 0]), image.shape[:2])


def test_translations_rotation_and_shears_move_a_point():
    point = at_the_middle()
    shift = round(150 / 331 * 0.5 * 21)
    assert brightest(OPERATIONS["translate_x"](point, tf.constant(0.5))) == (10, 16 - shift)
    assert brightest(OPERATIONS["translate_y"](point, tf.constant(-0.5))) == (10 + shift, 16)
    y, x = brightest(OPERATIONS["rotate"](point, tf.constant(1.0)))
    assert (y - 10, x - 10) == (-round(6 * np.sin(np.pi / 6)), round(6 * np.cos(np.pi / 6)))
    assert brightest(OPERATIONS["shear_x"](point, tf.constant(1.0))) == (10, 16)  # its row is the middle
    assert brightest(OPERATIONS["shear_y"](point, tf.constant(1.0))) == (10 - round(0.3 * 6), 16)


def test_pixels_from_outside_are_gray():
    moved = OPERATIONS["translate_x"](tf.zeros([8, 8, 1]), tf.constant(1.0))
    assert set(np.unique(moved)) >= {0.0, 0.5}
