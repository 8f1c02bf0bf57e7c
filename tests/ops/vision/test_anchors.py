"""Anchor boxes, beside a loop over pixels, sizes and ratios."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.errors import ConfigError
from tfd2l.ops.vision.anchors import count_anchors_per_pixel, generate_anchors


def brute_force(height, width, sizes, ratios):
    boxes = []
    for row in range(height):
        for column in range(width):
            x, y = (column + 0.5) / width, (row + 0.5) / height
            for s, r in [(s, ratios[0]) for s in sizes] + [(sizes[0], r) for r in ratios[1:]]:
                w, h = s * r**0.5 * height / width, s / r**0.5
                boxes.append([x - w / 2, y - h / 2, x + w / 2, y + h / 2])
    return boxes


def test_anchors_agree_with_brute_force():
    rng = np.random.default_rng(0)
    for _ in range(1000):
        height, width = rng.integers(1, 5, 2)
        sizes, ratios = rng.uniform(0.05, 1, rng.integers(1, 4)), rng.uniform(0.3, 3, rng.integers(1, 4))
        boxes = generate_anchors(int(height), int(width), sizes.tolist(), ratios.tolist()).numpy()
        assert len(boxes) == height * width * count_anchors_per_pixel(sizes, ratios)
        np.testing.assert_allclose(boxes, brute_force(height, width, sizes, ratios), atol=1e-6)


def test_ratio_is_the_aspect_ratio_in_pixels():
    height, width = 30, 40
    box = generate_anchors(height, width, [0.5], [2.0]).numpy()[0]
    np.testing.assert_allclose((box[2] - box[0]) * width / ((box[3] - box[1]) * height), 2, rtol=1e-6)


@pytest.mark.parametrize(("sizes", "ratios"), [([], [1.0]), ([0.5], []), ([0.5, 0.0], [1.0]), ([0.5], [-1.0])])
def test_sizes_and_ratios_not_above_0_are_refused(sizes, ratios):
    with pytest.raises(ConfigError, match="Received"):
        generate_anchors(2, 2, sizes, ratios)
