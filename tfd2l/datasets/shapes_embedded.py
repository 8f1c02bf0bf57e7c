"""Generated image classification dataset of plain shapes, in Fashion-MNIST's size."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tfd2l.config.ranges import PositiveInt, Seed
from tfd2l.data.generators.images.shapes import CLASS_NAMES, compute_distances
from tfd2l.data.info import DataInfo, Splits, make_splits
from tfd2l.data.readers.split_files import FRACTIONS
from tfd2l.errors import DataError

SIDE = 28
CHUNK = 2048  # images at a time, so that what is computed on the way fits into memory

# A scene is one choice of each; how many there are.
FACTORS: Mapping[str, int] = {"radius": 3, "angle": 5, "column": 3, "row": 3, "fill": 3, "ground": 3}
SCENES = int(np.prod(list(FACTORS.values())))

RADII = (9.0, 13.0)  # pixels, the smallest and the largest
ANGLES = (-0.4, 0.4)  # radians
PLACES = (-3.5, 3.5)  # pixels from the middle of the image to the center, in each direction
OUTLINE = 2.0  # pixels
STRIPES = 5.0  # pixels from one stripe to the next
INK, BETWEEN = (0.7, 1.0), 0.3  # brightness of a shape; what is left of it between its stripes
GROUND = 0.35  # brightness of a ground that is not black, at most
NOISE = 0.08  # standard deviation

Array = np.ndarray


def shapes_embedded(num_images: PositiveInt = 60_000, seed: Seed = 0) -> tuple[Splits, DataInfo]:
    """Generated image classification dataset: grayscale images of ten shapes, 28 x 28.

    The shapes are light on dark: `image`, (28, 28, 1) uint8, and `label`, the shape.

    Everything else is the scene: size, angle, place, fill (full, outline, stripes) and ground (black, sloping,
    speckled), each in a few steps; inside its step each is drawn at random, and noise is added. Splits (80/10/10)
    share no scene, and the classes are balanced.

    Args:
        num_images: Images in all (rounded down to as many of each class in each split).
        seed: Another seed draws other images and gives the scenes to other splits.

    Raises:
        DataError: Fewer than one image of each class in a split.
    """
    rng = np.random.default_rng(seed)
    scenes = rng.permutation(SCENES)
    columns, start = {}, 0
    for split, fraction in FRACTIONS.items():
        end = start + int(SCENES * fraction)
        of_each_class = int(num_images * fraction) // len(CLASS_NAMES)
        if of_each_class < 1:
            raise DataError(
                f"dataset.num_images is too few for {len(CLASS_NAMES)} classes in three splits: at least "
                f"{10 * len(CLASS_NAMES)}. Received: dataset.num_images={num_images}"
            )
        labels = rng.permutation(np.repeat(np.arange(len(CLASS_NAMES)), of_each_class))
        columns[split] = {
            "image": draw_shapes(labels, rng.choice(scenes[start:end], len(labels)), rng),
            "label": labels,
        }
        start = end
    return make_splits(columns, inputs=("image",), source="embedded", class_names=CLASS_NAMES)


def draw_shapes(kinds: Array, scenes: Array, rng: np.random.Generator) -> Array:
    """Draws images of shapes in scenes, (n, 28, 28, 1) uint8.

    Args:
        kinds: (n,) places in `CLASS_NAMES`.
        scenes: (n,) numbers below `SCENES`.
        rng: Draws what a scene leaves open.
    """
    cuts = range(CHUNK, len(kinds), CHUNK)
    return np.concatenate(
        [_drawn(*part, rng) for part in zip(np.split(kinds, cuts), np.split(scenes, cuts), strict=True)]
    )


def _drawn(kinds: Array, scenes: Array, rng: np.random.Generator) -> Array:
    count = len(kinds)
    step = dict(zip(FACTORS, np.unravel_index(scenes, tuple(FACTORS.values())), strict=True))  # each (n,)

    def within(factor: str, low: float, high: float) -> Array:
        """A number from the part of the range that the scene names, (n,)."""
        return low + (high - low) * (step[factor] + rng.random(count)) / FACTORS[factor]

    centers = (SIDE - 1) / 2 + np.stack([within("column", *PLACES), within("row", *PLACES)], axis=1)  # (n, 2)
    outside = compute_distances(kinds, centers, within("radius", *RADII), within("angle", *ANGLES), SIDE)  # (n, 28, 28)
    full = _covered(outside)
    striped = full * (BETWEEN + (1 - BETWEEN) * (0.5 + 0.5 * np.sin(2 * np.pi * _across(rng, count) / STRIPES)))
    ink = np.choose(step["fill"][:, None, None], [full, full - _covered(outside + OUTLINE), striped])
    sloping = np.clip(0.5 + _across(rng, count) / SIDE, 0, 1)
    speckled = rng.random(full.shape, np.float32) ** 4  # few are bright
    ground = np.choose(step["ground"][:, None, None], [np.zeros_like(full), sloping, speckled])
    image = GROUND * ground * (1 - ink) + _uniform(rng, *INK, count) * ink
    image += NOISE * rng.standard_normal(image.shape, np.float32)
    return np.round(255 * np.clip(image, 0, 1)).astype(np.uint8)[..., None]


def _covered(outside: Array) -> Array:
    """The share of each pixel that is covered, from its distance to the outline."""
    return np.clip(0.5 - outside, 0, 1)


def _uniform(rng: np.random.Generator, low: float, high: float, count: int) -> Array:
    """A number for each image, (n, 1, 1), single precision as all that is as large as the images."""
    return rng.uniform(low, high, (count, 1, 1)).astype(np.float32)


def _across(rng: np.random.Generator, count: int) -> Array:
    """Pixels from somewhere near the middle, in a direction of each image's own: (n, 28, 28)."""
    grid = np.arange(SIDE, dtype=np.float32) - (SIDE - 1) / 2
    angle, shift = _uniform(rng, 0, 2 * np.pi, count), _uniform(rng, -STRIPES / 2, STRIPES / 2, count)
    return np.cos(angle) * grid + np.sin(angle) * grid[:, None] + shift
