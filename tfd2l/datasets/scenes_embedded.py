"""Generated images of textured shapes, with labels, boxes or masks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import numpy as np

from tfd2l.config.ranges import PositiveInt, Seed
from tfd2l.data.facts.resized_images import ResizedImages
from tfd2l.data.generators.images.backgrounds import GROUNDS
from tfd2l.data.generators.images.scenes import LOOKS, Scenes, compute_boxes, draw_scenes
from tfd2l.data.generators.images.shapes import CLASS_NAMES
from tfd2l.data.info import Columns, DataInfo, Splits, make_splits
from tfd2l.data.readers.split_files import FRACTIONS
from tfd2l.errors import DataError, did_you_mean

CLASSES = ("disc", "square", "triangle", "star", "cross")
BACKGROUND = "background"
PIXELS = 1 << 19  # drawn at a time by a thread, so that what is computed on the way fits into memory
THREADS = 2
MOST_OBJECTS = 32
LEAST_SIDE = 32  # smaller, and a star is a disc
HIDDEN = "objects not drawn, as too little of them would be seen"

Target = Literal["label", "objects", "mask"]
Array = np.ndarray


def scenes_embedded(
    target: Target = "objects",
    num_images: PositiveInt = 4000,
    image_size: int = 128,
    max_objects: PositiveInt = 4,
    classes: list[str] | None = None,
    seed: Seed = 0,
) -> tuple[Splits, DataInfo]:
    """Generated images of textured shapes over cluttered backgrounds, with labels, boxes or masks.

    `image` is (image_size, image_size, 3) uint8.

    The class is the shape. An object's look (texture, size, angle, hue) and an image's background (pattern, hue,
    light, lines) are each one of some hundred combinations, and inside it the rest is drawn at random; splits
    (80/10/10) share neither a look nor a background. Objects may hide parts of one another and be cut by the edge of
    the image, but of what lies in the image of each, 30 % or more are seen: one of which less would be left is
    not drawn, and counted.

    Args:
        target: The target of the examples. "label": the class of the one object in an image, () int32, as often each.
            "objects": (max_objects, 5) float32, `[class, x_min, y_min, x_max, y_max]`, the smallest box around the
            visible part of the object in normalized coordinates; rows of class -1 are padding. "mask": (image_size,
            image_size) uint8, 0 for background, else 1 + the class. Boxes and masks are of the same images.
        num_images: Images in all.
        image_size: Height and width in pixels, 32 or more; an image that is served is resized to it.
        max_objects: Objects in an image, from 1 to so many; with `target=label` there is always one.
        classes: Shapes, in the order of their labels: of disc, ellipse, square, rectangle, triangle, pentagon, star,
            cross, crescent, half disc; None takes disc, square, triangle, star and cross.
        seed: Another seed draws other images and gives the looks and backgrounds to other splits.

    Raises:
        DataError: An unknown class, or numbers for which there are no such images.
    """
    names = _check_options(target, num_images, image_size, max_objects, classes)
    shapes = np.array([CLASS_NAMES.index(name) for name in names])
    rng = np.random.default_rng(seed)
    pools = {"looks": rng.permutation(LOOKS), "grounds": rng.permutation(GROUNDS)}
    columns: dict[str, Columns] = {}
    counts: Counter[str] = Counter()
    start = 0.0
    for split, fraction in FRACTIONS.items():
        looks, grounds = (
            pool[round(start * len(pool)) : round((start + fraction) * len(pool))] for pool in pools.values()
        )
        start += fraction
        number = int(num_images * fraction)
        labels = _labels(target, number, len(names), max_objects, rng)  # (n, objects)
        kinds = np.where(labels >= 0, shapes[labels], -1)
        scenes = _drawn(kinds, rng.choice(looks, labels.shape), rng.choice(grounds, number), image_size, rng)
        columns[split] = {"image": scenes.images, target: _target(target, labels, scenes)}
        counts[HIDDEN] += int((labels >= 0).sum() - scenes.drawn.sum())
    splits, info = make_splits(
        columns,
        inputs=("image",),
        source="embedded",
        class_names=(BACKGROUND, *names) if target == "mask" else names,
        counts=+counts,
    )
    return splits, info.with_fact(ResizedImages(image_size, image_size))


def _check_options(
    target: Target, num_images: int, image_size: int, max_objects: int, classes: Sequence[str] | None
) -> tuple[str, ...]:
    """The class names, if all options can be met."""
    names = tuple(classes or CLASSES)
    for name in names:
        if name not in CLASS_NAMES:
            raise DataError(
                f"dataset.classes: no shape {name!r}.{did_you_mean(name, CLASS_NAMES)} There are: "
                f"{', '.join(CLASS_NAMES)}. Received: dataset.classes={list(names)}"
            )
    if len(set(names)) < len(names):
        raise DataError(f"dataset.classes names a shape twice. Received: dataset.classes={list(names)}")
    if not 1 <= max_objects <= MOST_OBJECTS:
        raise DataError(
            f"dataset.max_objects is 1 to {MOST_OBJECTS} objects in an image. Received: "
            f"dataset.max_objects={max_objects}"
        )
    if image_size < LEAST_SIDE:
        raise DataError(f"dataset.image_size is {LEAST_SIDE} pixels or more. Received: dataset.image_size={image_size}")
    least = 10 * (len(names) if target == "label" else 1)
    if num_images < least:
        raise DataError(
            f"dataset.num_images is too few for {len(names)} classes in three splits: at least {least}. Received: "
            f"dataset.num_images={num_images}"
        )
    return names


def _labels(target: Target, number: int, classes: int, max_objects: int, rng: np.random.Generator) -> Array:
    """(n, objects): the class of each object, -1 where an image has no more."""
    if target == "label":
        return rng.permutation(np.resize(np.arange(classes), number))[:, None]
    labels = rng.integers(classes, size=(number, max_objects))
    there = np.arange(max_objects) <= rng.integers(max_objects, size=(number, 1))
    return np.where(there, labels, -1)


def _drawn(kinds: Array, looks: Array, grounds: Array, side: int, rng: np.random.Generator) -> Scenes:
    """All scenes: in parts, each with random numbers of its own, so that it does not count who draws which first."""
    cuts = range(max(1, PIXELS // side**2), len(kinds), max(1, PIXELS // side**2))
    parts = [np.split(values, cuts) for values in (kinds, looks, grounds)]
    with ThreadPoolExecutor(THREADS) as threads:
        drawn = list(threads.map(draw_scenes, *parts, [side] * len(parts[0]), rng.spawn(len(parts[0]))))
    return Scenes(*(np.concatenate([getattr(some, key) for some in drawn]) for key in ("images", "owners", "drawn")))


def _target(target: Target, labels: Array, scenes: Scenes) -> Array:
    if target == "label":
        return labels[:, 0]
    visible = np.where(scenes.drawn, labels, -1)
    if target == "mask":
        by_owner = np.concatenate([np.zeros_like(labels[:, :1]), visible + 1], axis=1).astype(np.uint8)
        return np.take_along_axis(by_owner, scenes.owners.reshape(len(labels), -1), axis=1).reshape(scenes.owners.shape)
    objects = np.concatenate([visible[..., None], compute_boxes(scenes.owners, labels.shape[1])], axis=2).astype(
        np.float32
    )
    last = np.argsort(~scenes.drawn, axis=1, kind="stable")  # rows of padding come last
    return np.take_along_axis(objects, last[..., None], axis=1)
