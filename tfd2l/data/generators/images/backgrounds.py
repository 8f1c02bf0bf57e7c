"""Backgrounds of the generated scenes: slopes, clouds, patches or grain in muted colors, light from a side, lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

Array = np.ndarray

# A background is one choice of each; how many there are.
FACTORS: Mapping[str, int] = {"pattern": 4, "hue": 6, "light": 4, "lines": 3}
GROUNDS = int(np.prod(list(FACTORS.values())))

OCTAVES = (4, 8, 16, 32, 64)  # points of noise along a side, from coarse to fine
PERSISTENCE = (0.45, 0.75)  # how much of its strength one octave hands to the next
CONTRAST = 0.35  # standard deviation of noise, a little less between its points
PATCHES = 3  # brightnesses that a patchy ground has
GRAIN = (3.0, 7.0)  # rings of grain across an image
SATURATION, VALUE = (0.05, 0.5), (0.2, 0.85)  # of a background's two colors
LIGHT = 0.35  # how much brighter than the middle the lit side is
LINES = (0, 2, 5)  # lines by the step of that factor
LINE_WIDTH, LINE_LENGTH = (0.008, 0.03), (0.15, 0.7)  # shares of the side: half the width, half the length
LINE_STRENGTH = (0.4, 0.8)  # how much darker, or brighter, a line is


def draw_backgrounds(numbers: Array, side: int, rng: np.random.Generator) -> Array:
    """Draws backgrounds, (n, side, side, 3) float32 in 0..1 or a little brighter.

    Args:
        numbers: (n,) below `GROUNDS`, what a background is like; the rest is drawn.
        side: Height and width in pixels.
        rng: Draws.
    """
    count = len(numbers)
    step = dict(zip(FACTORS, np.unravel_index(numbers, tuple(FACTORS.values())), strict=True))  # each (n,)
    noise = draw_fractal_noise(count, side, rng)  # (n, side, side)
    blend = np.empty_like(noise)
    for number, pattern in enumerate(PATTERNS):
        rows = np.flatnonzero(step["pattern"] == number)
        blend[rows] = pattern(noise[rows], rng)
    hues = (step["hue"] + rng.random(count)) / FACTORS["hue"], rng.random(count)
    first, second = (
        stack_rgb(hue, draw_uniform(rng, *SATURATION, count), draw_uniform(rng, *VALUE, count)) for hue in hues
    )
    image = blend[..., None] * (second - first)[:, None, None] + first[:, None, None]  # (n, side, side, 3)
    toward = 2 * np.pi * (step["light"] + rng.random(count)) / FACTORS["light"]
    brightness = 1 + LIGHT * project_pixels(toward, np.zeros(count), side)
    brightness *= _lines(np.array(LINES)[step["lines"]], side, rng)
    image *= brightness[..., None]
    return image


def draw_fractal_noise(count: int, side: int, rng: np.random.Generator) -> Array:
    """Draws (n, side, side) float32 in 0..1 with mean 1/2: noise of scales, each weaker than the coarser one."""
    persistence = draw_uniform(rng, *PERSISTENCE, count)[:, None, None]
    strength = power = np.ones_like(persistence)
    noise = rng.standard_normal((count, OCTAVES[0], OCTAVES[0]), np.float32)
    for points in OCTAVES[1:]:
        strength = strength * persistence
        power = power + strength**2
        noise = _enlarged(noise, points) + strength * rng.standard_normal((count, points, points), np.float32)
    noise = _enlarged(noise * (CONTRAST / np.sqrt(power)), side) + np.float32(0.5)
    return np.clip(noise, 0, 1, out=noise)


def stack_rgb(hue: Array, saturation: Array, value: Array) -> Array:
    """Converts hue, saturation and value, each (n,) in 0..1, to (n, 3) float32, red, green, blue."""
    place = (np.array([5.0, 3.0, 1.0]) + 6 * np.asarray(hue)[:, None]) % 6
    dip = np.clip(np.minimum(place, 4 - place), 0, 1)
    return (value[:, None] * (1 - saturation[:, None] * dip)).astype(np.float32)


def draw_uniform(rng: np.random.Generator, low: float, high: float, count: int) -> Array:
    """Draws (count,) float32."""
    return rng.uniform(low, high, count).astype(np.float32)


def project_pixels(angle: Array, shift: Array, side: int) -> Array:
    """Computes how far in a direction a pixel lies, -1/2 to 1/2 from edge to edge, plus a shift: (n, side, side)."""
    grid = (np.arange(side, dtype=np.float32) - (side - 1) / 2) / side
    cos, sin, shift = (
        np.asarray(values, np.float32)[:, None, None] for values in (np.cos(angle), np.sin(angle), shift)
    )
    return cos * grid + (sin * grid[:, None] + shift)


def _enlarged(values: Array, side: int) -> Array:
    """(n, points, points) -> (n, side, side), linear between the points, of which the outer ones lie on the edges.

    Not a product of matrices: OpenBLAS divides such small ones among threads, which wait for one another.
    """
    place = np.linspace(0, values.shape[1] - 1, side)
    first = place.astype(int).clip(0, values.shape[1] - 2)
    part = (place - first).astype(np.float32)
    rows = values[:, first]
    rows += part[:, None] * (values[:, first + 1] - rows)  # (n, side, points)
    result = rows[:, :, first]
    result += part * (rows[:, :, first + 1] - result)
    return result


def _sloping(noise: Array, rng: np.random.Generator) -> Array:
    count, side, _ = noise.shape
    slope = project_pixels(draw_uniform(rng, 0, 2 * np.pi, count), np.full(count, 0.5), side)
    return np.clip(slope + 0.3 * (noise - 0.5), 0, 1)


def _cloudy(noise: Array, rng: np.random.Generator) -> Array:
    return noise


def _patchy(noise: Array, rng: np.random.Generator) -> Array:
    steps = np.minimum(np.floor(PATCHES * noise), PATCHES - 1) / (PATCHES - 1)
    return (0.8 * steps + 0.2 * noise).astype(np.float32)


def _grained(noise: Array, rng: np.random.Generator) -> Array:
    count, side, _ = noise.shape
    rings = draw_uniform(rng, *GRAIN, count)[:, None, None]
    way = project_pixels(draw_uniform(rng, 0, 2 * np.pi, count), draw_uniform(rng, 0, 1, count), side)
    return 0.5 + 0.5 * np.sin(2 * np.pi * rings * (way + 0.25 * noise))


PATTERNS: tuple[Callable[[Array, np.random.Generator], Array], ...] = (_sloping, _cloudy, _patchy, _grained)


def _lines(counts: Array, side: int, rng: np.random.Generator) -> Array:
    """(n, side, side): by how much lines make an image darker or brighter."""
    brightness = np.ones((len(counts), side, side), np.float32)
    for number in range(max(LINES)):
        rows = np.flatnonzero(counts > number)
        some = len(rows)
        angle = draw_uniform(rng, 0, 2 * np.pi, some)
        aside = np.abs(project_pixels(angle, draw_uniform(rng, -0.4, 0.4, some), side))
        along = np.abs(project_pixels(angle + np.pi / 2, draw_uniform(rng, -0.4, 0.4, some), side))
        width, length = draw_uniform(rng, *LINE_WIDTH, some), draw_uniform(rng, *LINE_LENGTH, some)
        outside = np.maximum(aside - width[:, None, None], along - length[:, None, None])
        strength = draw_uniform(rng, *LINE_STRENGTH, some) * rng.choice(np.array([-1, 1], np.float32), some)
        brightness[rows] *= 1 + strength[:, None, None] * np.clip(0.5 - side * outside, 0, 1)
    return brightness
