"""Random parts of an image: inside it, of the areas and proportions asked for."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.ops.vision.random_window import sample_window


def windows(height, width, area, ratio, count=2000):
    ds = tf.data.Dataset.range(count).map(lambda place: sample_window(height, width, area, ratio, [place, 1]))
    return np.array(list(ds.as_numpy_iterator()))


def test_window_lies_inside_with_area_and_ratio_in_range():
    top, left, height, width = windows(400, 500, (0.1, 1.0), (0.5, 2.0)).T
    assert min(top.min(), left.min()) == 0
    assert (top + height).max() == 400
    assert (left + width).max() == 500
    share, proportion = height * width / (400 * 500), width / height
    assert (share > 0.099).all()
    assert (share <= 1).all()
    assert (proportion > 0.49).all()
    assert (proportion < 2.02).all()
    assert abs(np.log(proportion).mean()) < 0.1  # as often wide as tall; what does not fit is tried again


def test_area_is_uniform_if_all_windows_fit():
    _, _, height, width = windows(1000, 1000, (0.1, 0.4), (0.9, 1.1)).T
    share = np.sort(height * width / 1e6)
    np.testing.assert_allclose(share, np.linspace(0.1, 0.4, len(share)), atol=0.02)


@pytest.mark.parametrize(("size", "expected"), [((10, 100), (10, 20)), ((100, 10), (20, 10))])
def test_largest_centered_window_if_none_fits(size, expected):
    top, left, height, width = sample_window(*size, (1.0, 1.0), (0.5, 2.0), tf.constant([1, 2]))
    assert (height, width) == expected
    assert (top, left) == ((size[0] - expected[0]) // 2, (size[1] - expected[1]) // 2)


def test_a_single_pixel_is_a_window():
    np.testing.assert_array_equal(sample_window(1, 1, (0.1, 1.0), (0.5, 2.0), tf.constant([1, 2])), [0, 0, 1, 1])
