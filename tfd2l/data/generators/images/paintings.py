"""Two images that are drawn by formulas: a harbour at sunset, and whirling strokes of paint."""

from __future__ import annotations

import numpy as np

Array = np.ndarray

SKY = ((0.16, 0.20, 0.42), (0.86, 0.45, 0.38), (0.99, 0.80, 0.52))  # from the zenith to the horizon
HILLS = ((0.45, 0.34, 0.46), (0.30, 0.25, 0.38), (0.17, 0.17, 0.28))  # from the farthest to the nearest
SAILS = ((0.30, 0.52, 0.16), (0.56, 0.60, 0.24), (0.80, 0.50, 0.11))  # place, foot and height of each boat
PAINTS = (
    (0.05, 0.11, 0.33), (0.10, 0.27, 0.58), (0.24, 0.52, 0.75),
    (0.60, 0.78, 0.80), (0.96, 0.87, 0.45), (0.93, 0.62, 0.16),
)  # fmt: skip


def draw_harbor(height: int, width: int) -> Array:
    """Draws sun, hills, and boats on the water: (height, width, 3) uint8."""
    y, x = _grid(height, width)  # y from 0 down to 1, x to width / height
    across = x / x.max()
    image = _between(SKY, np.clip(y / 0.58, 0, 1))
    sun = np.hypot(x - 0.62 * x.max(), y - 0.40)
    image = _over(image, (1.0, 0.75, 0.45), 0.7 * np.exp(-((sun / 0.22) ** 2)))
    image = _over(image, (1.0, 0.95, 0.75), _edge(0.075 - sun, height))
    for number, colour in enumerate(HILLS):
        ridge = 0.47 + 0.035 * number
        for wave in range(1, 7):
            ridge = ridge + 0.045 / wave * np.sin(2.1 * wave * across * (1.3 + 0.4 * number) + 1.7 * number * wave)
        image = _over(image, colour, _edge(y - ridge, height))
    shore = 0.60
    depth = np.clip((y - shore) / (1 - shore), 0, 1)
    waves = np.sin(90 * np.sqrt(depth + 0.02) + 3 * np.sin(9 * across + 40 * depth))
    water = _between(((0.92, 0.62, 0.48), (0.36, 0.33, 0.50), (0.10, 0.15, 0.30)), depth)
    glitter = np.exp(-(((across - 0.62) / (0.03 + 0.10 * depth)) ** 2)) * (0.5 + 0.5 * waves)
    water = _over(water + 0.05 * waves[..., None] * depth[..., None], (1.0, 0.86, 0.60), 0.8 * glitter)
    image = _over(image, water, _edge(y - shore, height))
    for place, foot, size in SAILS:
        side, up = (x - place * x.max()) / size, (foot + 0.06 - y) / size
        hull = np.minimum(np.minimum(up + 0.18, 0.02 - up), 0.75 + 0.6 * up - np.abs(side)) * size
        sail = np.minimum(np.minimum(up - 0.06, side + 0.03), 0.62 * (1.05 - up) - side) * size
        jib = np.minimum(np.minimum(up - 0.06, -0.06 - side), 0.45 * (0.85 - up) + side) * size
        image = _over(image, (0.30, 0.13, 0.12), _edge(hull, height))
        image = _over(image, (0.98, 0.95, 0.88), _edge(sail, height))
        image = _over(image, (0.85, 0.30, 0.22), _edge(jib, height))
    return _bytes(image)


def draw_strokes(height: int, width: int) -> Array:
    """Draws strokes of paint that follow the flow around a few whirls: (height, width, 3) uint8."""
    y, x = _grid(height, width)
    flow, glow = 1.5 * y + 0.25 * np.sin(4 * x), np.zeros_like(x)
    for at_x, at_y, turn in ((0.25, 0.30, 1.0), (0.80, 0.55, -1.2), (1.25, 0.22, 0.9), (0.45, 0.85, -0.7)):
        away = np.hypot(x - at_x, y - at_y)
        flow = flow + turn * 0.35 * np.exp(-((away / 0.30) ** 2))
        glow = glow + np.exp(-((away / 0.13) ** 2))
    rng = np.random.default_rng(0)
    along = sum(  # slow noise, so that a stroke ends
        np.sin(2 * np.pi * (a * x + b * y) + c) for a, b, c in rng.uniform((-6, -6, 0), (6, 6, 6.3), (8, 3))
    )
    bands = 34 * flow + 0.55 * along
    ridge = np.abs(np.sin(np.pi * bands))  # across a stroke, its bristles
    tone = np.sin(9.7 * np.floor(bands)) * 0.5 + 0.5  # each stroke has its own paint
    shade = np.clip(0.15 + 0.50 * tone + 0.55 * glow + 0.05 * along, 0, 1)
    image = _between(PAINTS, shade) * (0.72 + 0.34 * ridge**0.5)[..., None]
    return _bytes(image)


def _grid(height: int, width: int) -> tuple[Array, Array]:
    """Centers of the pixels in units of the height: rows, columns; (height, width) each."""
    y, x = np.mgrid[:height, :width] + 0.5
    return y / height, x / height


def _edge(distance: Array, height: int) -> Array:
    """1 inside, 0 outside, over one pixel; the distance counts in heights."""
    return np.clip(distance * height + 0.5, 0, 1)


def _between(colours: tuple[tuple[float, ...], ...], place: Array) -> Array:
    """The color at a place from 0 to 1 on the way through some."""
    marks = np.linspace(0, 1, len(colours))
    return np.stack([np.interp(place, marks, channel) for channel in zip(*colours, strict=True)], axis=-1)


def _over(image: Array, colour: tuple[float, ...] | Array, share: Array) -> Array:
    return image + (np.asarray(colour) - image) * share[..., None]


def _bytes(image: Array) -> Array:
    return np.round(255 * np.clip(image, 0, 1)).astype(np.uint8)
