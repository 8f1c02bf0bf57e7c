"""Scenes: textured shapes before one another over a cluttered background, and which pixel belongs to which of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from tfd2l.data.generators.images.backgrounds import draw_backgrounds, draw_uniform, stack_rgb
from tfd2l.data.generators.images.shapes import compute_distances
from tfd2l.data.generators.images.textures import TEXTURES, draw_textures

Array = np.ndarray

# The look of an object is one choice of each; how many there are.
FACTORS: Mapping[str, int] = {"texture": len(TEXTURES), "size": 4, "angle": 4, "hue": 6}
LOOKS = int(np.prod(list(FACTORS.values())))

RADII = (0.1, 0.26)  # shares of the side, the smallest and the largest
PERIODS = (0.35, 0.6)  # of a texture, shares of the radius
SATURATION, VALUE = (0.55, 1.0), (0.6, 1.0)  # of an object's first color
DARKER = (0.3, 0.6)  # the second color's value, of the first one's
SHADE = 0.25  # how much darker than its middle the side of an object is that lies away from the light
NOISE = (0.01, 0.05)  # standard deviation of an image's pixels
INSIDE = 0.5  # radii that the middle of an object keeps from the edge of the image
TRIES = 2  # places that are looked at for an object: the one farthest from the others is taken
LEAST_SEEN = 0.3  # the share that is seen of what lies in the image of an object, or it is not drawn


@dataclass(frozen=True)
class Scenes:
    """Images and what is in them.

    Args:
        images: (n, side, side, 3) uint8.
        owners: (n, side, side) uint8: 0 background, k + 1 where the object k of the image is seen.
        drawn: (n, objects) bool: objects that are in the image.
    """

    images: Array
    owners: Array
    drawn: Array


def draw_scenes(kinds: Array, looks: Array, grounds: Array, side: int, rng: np.random.Generator) -> Scenes:
    """Draws images of objects, the first of each image in front.

    Of what lies in the image of an object, a share of `LEAST_SEEN` or more is seen; one of which others would leave
    less is not drawn.

    Args:
        kinds: (n, objects) places in `shapes.CLASS_NAMES`; -1 for none.
        looks: (n, objects) numbers below `LOOKS`.
        grounds: (n,) numbers below `scene_grounds.GROUNDS`.
        side: Height and width in pixels.
        rng: Draws what those leave open.
    """
    count, objects = kinds.shape
    step = dict(zip(FACTORS, np.unravel_index(looks, tuple(FACTORS.values())), strict=True))  # each (n, objects)

    def within(factor: str) -> Array:
        """A number in 0..1 from the part that the look names, (n, objects)."""
        return (step[factor] + rng.random((count, objects))) / FACTORS[factor]

    radii = side * RADII[0] * (RADII[1] / RADII[0]) ** within("size")  # as many small as large ones
    angles, hues = 2 * np.pi * within("angle"), within("hue")
    centers = _places(radii, kinds >= 0, side, rng)
    light = draw_uniform(rng, 0, 2 * np.pi, count)

    image = np.zeros((count, side, side, 3), np.float32)
    clear = np.ones((count, side, side), np.float32)  # how much of what is behind is seen
    owners = np.zeros((count, side, side), np.uint8)
    drawn = kinds >= 0
    for number, size in product(range(objects), range(FACTORS["size"])):  # alike in size: patches of one size
        rows = np.flatnonzero(drawn[:, number] & (step["size"][:, number] == size))
        if not len(rows):
            continue
        patch = min(2 * math.ceil(radii[rows, number].max()) + 3, side)
        corners = np.round(centers[rows, number] - (patch - 1) / 2).astype(int).clip(0, side - patch)  # (m, 2) x, y
        x, y = (np.moveaxis(corners, 1, 0)[:, :, None] + np.arange(patch)).astype(int)  # each (m, patch)
        place = rows[:, None, None], y[:, :, None], x[:, None, :]
        pose = centers[rows, number] - corners, radii[rows, number], angles[rows, number]
        outside = compute_distances(kinds[rows, number], *pose, patch)  # (m, patch, patch)
        covered = outside < 0
        seen = covered & (owners[place] == 0)
        enough = seen.sum(axis=(1, 2)) >= LEAST_SEEN * covered.sum(axis=(1, 2))
        drawn[rows, number] = enough
        owners[place] += seen * (enough[:, None, None] * np.uint8(number + 1))
        there = np.clip(0.5 - outside, 0, 1) * clear[place] * enough[:, None, None]
        surface = _surface(step["texture"][rows, number], hues[rows, number], light[rows], *pose, patch, rng)
        image[place] += surface * there[..., None]
        clear[place] -= there
    image += draw_backgrounds(grounds, side, rng) * clear[..., None]
    noise = rng.standard_normal(image.shape, np.float32)
    noise *= draw_uniform(rng, *NOISE, count)[:, None, None, None]
    image += noise
    image *= 255
    return Scenes(np.clip(np.round(image, out=image), 0, 255, out=image).astype(np.uint8), owners, drawn)


def compute_boxes(owners: Array, objects: int) -> Array:
    """Computes the smallest boxes around the visible part of each object, (n, objects, 4): x_min, y_min, x_max, y_max.

    They are shares of the side; all zero for an object that is not seen.

    Args:
        owners: (n, side, side), see `Scenes`.
        objects: In an image, at most.
    """
    side = owners.shape[-1]
    found = np.zeros((len(owners), objects, 4), np.float32)
    for number in range(objects):
        seen = owners == number + 1
        for axis, (first, last) in {1: (0, 2), 2: (1, 3)}.items():  # along a column: x
            line = seen.any(axis=axis)  # (n, side)
            found[:, number, first] = line.argmax(axis=1)
            found[:, number, last] = np.where(line.any(axis=1), side - line[:, ::-1].argmax(axis=1), 0)
    return found / np.float32(side)


def _places(radii: Array, there: Array, side: int, rng: np.random.Generator) -> Array:
    """(n, objects, 2): x and y of their middles."""
    count, objects = radii.shape
    centers = np.empty((count, objects, 2))
    for number in range(objects):
        margin = INSIDE * radii[:, number, None, None]
        tries = margin + rng.random((count, TRIES, 2)) * (side - 1 - 2 * margin)
        apart = np.linalg.norm(tries[:, :, None] - centers[:, None, :number], axis=-1)  # (n, tries, earlier)
        apart /= radii[:, None, :number] + radii[:, number, None, None]
        nearest = np.where(there[:, None, :number], apart, np.inf).min(axis=2, initial=np.inf)  # (n, tries)
        centers[:, number] = tries[np.arange(count), nearest.argmax(axis=1)]
    return centers


def _surface(
    textures: Array,
    hues: Array,
    light: Array,
    centers: Array,
    radii: Array,
    angles: Array,
    side: int,
    rng: np.random.Generator,
) -> Array:
    """(n, side, side, 3): the colors of objects wherever they may be covered by their shapes."""
    count = len(hues)
    grid = np.arange(side, dtype=np.float32)
    x = ((grid - centers[:, :1]) / radii[:, None]).astype(np.float32)[:, None, :]  # (n, 1, side), in radii
    y = ((grid - centers[:, 1:]) / radii[:, None]).astype(np.float32)[:, :, None]
    cos, sin = (f(angles).astype(np.float32)[:, None, None] for f in (np.cos, np.sin))
    mix = draw_textures(textures, cos * x + sin * y, cos * y - sin * x, draw_uniform(rng, *PERIODS, count), rng)
    saturation, value = draw_uniform(rng, *SATURATION, count), draw_uniform(rng, *VALUE, count)
    first = stack_rgb(hues, saturation, value)
    second = stack_rgb(rng.random(count), saturation, value * draw_uniform(rng, *DARKER, count))
    colour = mix[..., None] * (second - first)[:, None, None] + first[:, None, None]
    toward = [f(light).astype(np.float32)[:, None, None] for f in (np.cos, np.sin)]
    colour *= (1 - SHADE * (1 + toward[0] * x + toward[1] * y) / 2)[..., None]
    return colour
