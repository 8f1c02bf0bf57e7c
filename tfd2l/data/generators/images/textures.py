"""Textures of the objects in the generated scenes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Array = np.ndarray


def draw_textures(textures: Array, u: Array, v: Array, periods: Array, rng: np.random.Generator) -> Array:
    """Draws how much of an object's second color each pixel has, (n, height, width) float32 in 0..1.

    Args:
        textures: (n,) places in `TEXTURES`.
        u: (n, height, width) first coordinate of the object, 1 from its middle to its farthest corner.
        v: (n, height, width) second coordinate.
        periods: (n,) from one stripe to the next, in those coordinates.
        rng: Draws where the pattern starts, and speckles.
    """
    result = np.empty(u.shape, np.float32)
    shifts = rng.random((len(u), 2, 1, 1), np.float32)
    for number, (_, texture) in enumerate(TEXTURES):
        rows = np.flatnonzero(textures == number)
        period = periods[rows, None, None].astype(np.float32)
        x, y = u[rows] / period + shifts[rows, 0], v[rows] / period + shifts[rows, 1]  # in periods
        result[rows] = texture(x, y, rng)
    return result


def _wave(x: Array) -> Array:
    return np.sin(2 * np.pi * x)


def _edge(wave: Array) -> Array:
    """From a wave in -1..1 to two colors with a narrow way between them."""
    return np.clip(0.5 + 2 * wave, 0, 1)


def _plain(x: Array, y: Array, rng: np.random.Generator) -> Array:
    return np.zeros_like(x)


def _striped(x: Array, y: Array, rng: np.random.Generator) -> Array:
    return _edge(_wave(x))


def _checked(x: Array, y: Array, rng: np.random.Generator) -> Array:
    return _edge(2 * _wave(x / 2) * _wave(y / 2))


def _dotted(x: Array, y: Array, rng: np.random.Generator) -> Array:
    return _edge(0.75 * (_wave(x) + _wave(y)) - 0.4)


def _ringed(x: Array, y: Array, rng: np.random.Generator) -> Array:
    return _edge(_wave(np.hypot(x - 0.5, y - 0.5)))  # about a point near the middle


def _speckled(x: Array, y: Array, rng: np.random.Generator) -> Array:
    return rng.random(x.shape, np.float32) ** 2


TEXTURES: tuple[tuple[str, Callable[[Array, Array, np.random.Generator], Array]], ...] = (
    ("plain", _plain),
    ("striped", _striped),
    ("checked", _checked),
    ("dotted", _dotted),
    ("ringed", _ringed),
    ("speckled", _speckled),
)
