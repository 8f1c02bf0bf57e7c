"""Colours changed, beside NumPy and the standard library."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.ops.vision.color_adjustments import (
    adjust_brightness,
    adjust_contrast,
    adjust_hue,
    adjust_saturation,
    rgb_to_grayscale,
)

IMAGE = np.random.default_rng(0).random((5, 7, 3)).astype(np.float32)
GRAY = (IMAGE.astype(np.float64) @ [0.2989, 0.587, 0.114])[..., None]


@pytest.mark.parametrize("factor", [0.0, 0.4, 1.0, 1.7])
def test_adjustments_by_factors(factor):
    expected = {
        adjust_brightness: factor * IMAGE,
        adjust_contrast: GRAY.mean() + factor * (IMAGE - GRAY.mean()),
        adjust_saturation: GRAY + factor * (IMAGE - GRAY),
    }
    for adjust, value in expected.items():
        np.testing.assert_allclose(adjust(tf.constant(IMAGE), factor), np.clip(value, 0, 1), atol=1e-6)
        several = adjust(tf.constant(np.stack([IMAGE, 1 - IMAGE])), factor)
        np.testing.assert_allclose(several[0], np.clip(value, 0, 1), atol=1e-6)  # an image by itself


@pytest.mark.parametrize("shift", [-0.5, -0.2, 0.0, 0.3])
def test_hue_shifts_around_the_color_circle(shift):
    def turned(pixel):
        hue, saturation, value = colorsys.rgb_to_hsv(*pixel)
        return colorsys.hsv_to_rgb((hue + shift) % 1, saturation, value)

    expected = np.apply_along_axis(turned, -1, IMAGE.astype(np.float64))
    np.testing.assert_allclose(adjust_hue(tf.constant(IMAGE), shift), expected, atol=1e-5)


def test_grayscale_image_is_unchanged():
    np.testing.assert_array_equal(rgb_to_grayscale(tf.constant(IMAGE[..., :1])), IMAGE[..., :1])
