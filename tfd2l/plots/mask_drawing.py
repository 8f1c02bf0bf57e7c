"""Segmentation masks over images, each class in its own colour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import to_rgba_array

from tfd2l.ops.vision.pixels import IGNORED_CLASS
from tfd2l.plots.style import FILLS

BACKGROUND = "background"  # a class of this name is left grey
STRENGTH = 0.65  # of a class's colour over the image
UNCOUNTED = (190, 190, 190)  # the colour of pixels without a class


def is_background(name: str) -> bool:
    """Returns whether a class is the background."""
    return name.strip("_") == BACKGROUND


def mask_colors(count: int) -> np.ndarray:
    """Returns (count, 3) numbers from 0 to 255: up to eight that colour-blind eyes tell apart, neighbours unlike."""
    if count <= len(FILLS):
        return 255 * to_rgba_array(FILLS)[:count, :3]
    if count <= 20:
        return 255 * np.asarray(colormaps["tab20"]([*range(0, 20, 2), *range(1, 20, 2)]))[:count, :3]
    turn = np.arange(count) * 0.618 % 1  # the golden section: each far from those before it
    return 255 * colormaps["hsv"](turn)[:, :3] * np.where(np.arange(count) % 2, 0.6, 1.0)[:, None]


def mask_over(image: np.ndarray, mask: np.ndarray, names: Sequence[str], ignore: int = IGNORED_CLASS) -> np.ndarray:
    """Returns an image in grey under the colours of a mask, so that both are seen.

    Args:
        image: (height, width, channels), from 0 to 255.
        mask: (height, width), of class numbers.
        names: of the classes.
        ignore: the number in the mask that is no class.

    Returns:
        (height, width, 3) uint8.
    """
    counts = mask != ignore
    known = np.where(counts, mask, 0)
    colors = np.where(counts[..., None], mask_colors(len(names))[known], UNCOUNTED)
    tinted = np.array([not is_background(name) for name in names])[known] | ~counts
    grey = np.asarray(image, np.float32).mean(axis=-1, keepdims=True)
    strength = STRENGTH * tinted[..., None]
    return np.round(strength * colors + (1 - strength) * grey).astype(np.uint8)
