"""Plain shapes as signed distances: at any place, size and angle, for images, masks and boxes."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

Array = np.ndarray

DIRECTIONS = {sides: 2 * np.pi * np.arange(sides, dtype=np.float32) / sides for sides in (3, 5)}


def compute_distances(kinds: Array, centers: Array, radii: Array, angles: Array, side: int) -> Array:
    """Computes how far each pixel lies outside the outline of its image's shape, negative inside.

    Near the outline these are distances in pixels, so `clip(0.5 - d, 0, 1)` covers a pixel by the right share.

    Args:
        kinds: (n,) places in `CLASS_NAMES`.
        centers: (n, 2) x and y in pixels, (0, 0) the middle of the first pixel.
        radii: (n,) pixels from the center to the farthest corner.
        angles: (n,) radians.
        side: Height and width of an image in pixels.

    Returns:
        (n, side, side) float32, rows first.
    """
    centers, radii, angles = (values.astype(np.float32) for values in (centers, radii, angles))
    grid = np.arange(side, dtype=np.float32)
    x = grid - centers[:, 0, None, None]  # (n, 1, side)
    y = grid[:, None] - centers[:, 1, None, None]  # (n, side, 1)
    cos, sin = (f(angles)[:, None, None] / radii[:, None, None] for f in (np.cos, np.sin))
    u, v = cos * x + sin * y, cos * y - sin * x  # (n, side, side), the shape's own coordinates, in radii
    result = np.empty(u.shape, np.float32)
    for kind, (_, distance) in enumerate(SHAPES):
        rows = np.flatnonzero(kinds == kind)
        result[rows] = distance(u[rows], v[rows]) * radii[rows, None, None]
    return result


def _disc(u: Array, v: Array) -> Array:
    return np.hypot(u, v) - 0.85


def _ellipse(u: Array, v: Array) -> Array:
    a, b = 1.0, 0.6
    level = np.hypot(u / a, v / b)
    slope = np.hypot(u / a**2, v / b**2) / np.maximum(level, 1e-6)  # of the level, across the outline
    return (level - 1) / np.maximum(slope, 1e-6)


def _rectangle(u: Array, v: Array, width: float, height: float) -> Array:
    return np.maximum(np.abs(u) - width, np.abs(v) - height)


def _half_planes(u: Array, v: Array, sides: int, apothem: float) -> Array:
    """(sides, ...) distances from the lines through the sides of a regular polygon."""
    along = DIRECTIONS[sides].reshape(-1, *[1] * u.ndim)
    return u * np.cos(along) + v * np.sin(along) - apothem


def _polygon(u: Array, v: Array, sides: int) -> Array:
    return _half_planes(u, v, sides, math.cos(math.pi / sides)).max(axis=0)


def _star(u: Array, v: Array) -> Array:
    """A pentagram: inside all of its five lines but one."""
    return np.sort(_half_planes(u, v, 5, math.cos(2 * math.pi / 5)), axis=0)[-2]


def _cross(u: Array, v: Array) -> Array:
    return np.minimum(_rectangle(u, v, 0.95, 0.3), _rectangle(u, v, 0.3, 0.95))


def _crescent(u: Array, v: Array) -> Array:
    return np.maximum(np.hypot(u, v) - 0.95, 0.75 - np.hypot(u - 0.5, v))


def _half_disc(u: Array, v: Array) -> Array:
    u = u - 0.4  # its middle comes to the center
    return np.maximum(np.hypot(u, v) - 0.95, u)


SHAPES: tuple[tuple[str, Callable[[Array, Array], Array]], ...] = (
    ("disc", _disc),
    ("ellipse", _ellipse),
    ("square", lambda u, v: _rectangle(u, v, 0.7, 0.7)),
    ("rectangle", lambda u, v: _rectangle(u, v, 0.9, 0.45)),
    ("triangle", lambda u, v: _polygon(u, v, 3)),
    ("pentagon", lambda u, v: _polygon(u, v, 5)),
    ("star", _star),
    ("cross", _cross),
    ("crescent", _crescent),
    ("half disc", _half_disc),
)
CLASS_NAMES = tuple(name for name, _ in SHAPES)
