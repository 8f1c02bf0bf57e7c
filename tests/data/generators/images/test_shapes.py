"""Shapes: areas and outlines of geometry, wherever they are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.data.generators.images.shapes import CLASS_NAMES, compute_distances

SIDE = 200
RADIUS = 60.0
AREAS = {  # in squared radii
    "disc": np.pi * 0.85**2,
    "ellipse": np.pi * 0.6,
    "square": 1.4**2,
    "rectangle": 1.8 * 0.9,
    "triangle": 3 / 2 * np.sin(2 * np.pi / 3),
    "pentagon": 5 / 2 * np.sin(2 * np.pi / 5),
    "star": 5 * np.sin(np.pi / 5) * np.cos(2 * np.pi / 5) / np.cos(np.pi / 5),
    "cross": 2 * 1.9 * 0.6 - 0.6**2,
    "half disc": np.pi * 0.95**2 / 2,
}


def drawn(kind, center=(99.5, 99.5), angle=0.0, radius=RADIUS):
    kinds = np.array([CLASS_NAMES.index(kind)])
    return compute_distances(kinds, np.array([center]), np.array([radius]), np.array([angle]), SIDE)[0]


def area(distance):
    return np.clip(0.5 - distance, 0, 1).sum()


@pytest.mark.parametrize("angle", [0.0, 0.7])
@pytest.mark.parametrize("kind", AREAS)
def test_a_shape_has_its_area(kind, angle):
    assert area(drawn(kind, angle=angle)) == pytest.approx(AREAS[kind] * RADIUS**2, rel=0.01)


def test_a_crescent_is_a_disc_without_another():
    grid = (np.arange(SIDE) - 99.5) / RADIUS
    inside = (np.hypot(*np.meshgrid(grid, grid)) < 0.95) & (np.hypot(*np.meshgrid(grid - 0.5, grid)) > 0.75)
    assert ((drawn("crescent") < 0) == inside).all()


@pytest.mark.parametrize("kind", CLASS_NAMES)
def test_center_size_and_angle_move_scale_and_turn_it(kind):
    inside = drawn(kind) < 0
    np.testing.assert_array_equal(drawn(kind, center=(109.5, 94.5)) < 0, np.roll(inside, (-5, 10), axis=(0, 1)))
    assert area(drawn(kind, radius=RADIUS / 2)) == pytest.approx(area(drawn(kind)) / 4, rel=0.02)
    turned = drawn(kind, angle=np.pi / 2) < 0  # x turns to y
    assert (turned != np.rot90(inside, -1)).mean() < 0.002


@pytest.mark.parametrize("kind", CLASS_NAMES)
def test_near_the_outline_it_is_a_distance_in_pixels(kind):
    distance = drawn(kind)
    near = np.abs(distance) < 1
    slope = np.hypot(*np.gradient(distance))[near]
    assert np.median(slope) == pytest.approx(1, abs=0.02)


def test_pictures_do_not_depend_on_their_company():
    rng = np.random.default_rng(0)
    kinds, centers = rng.integers(0, len(CLASS_NAMES), 20), rng.uniform(10, 18, (20, 2))
    radii, angles = rng.uniform(5, 10, 20), rng.uniform(0, 6, 20)
    together = compute_distances(kinds, centers, radii, angles, 28)
    for n in range(20):
        one = slice(n, n + 1)
        np.testing.assert_array_equal(
            compute_distances(kinds[one], centers[one], radii[one], angles[one], 28), together[one]
        )
