"""Images in figures: one, and a grid of many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from tfd2l.ops.vision.pixels import MAX_PIXEL_VALUE
from tfd2l.plots.figure import PlotFigure, new_figure
from tfd2l.plots.style import VERMILLION

COLUMNS = 8
SMALL = 7  # points


def is_image(value: object) -> bool:
    """Returns whether a value is an image, (height, width, channels) uint8, grey or in colours."""
    return (
        isinstance(value, np.ndarray) and value.dtype == np.uint8 and value.ndim == 3 and value.shape[-1] in (1, 3, 4)
    )


def show_image(axes: Axes, image: np.ndarray) -> None:
    """Draws an image, (height, width, channels), without axes: uint8, or numbers from 0 to 1; one channel is grey."""
    brightest = MAX_PIXEL_VALUE if np.issubdtype(image.dtype, np.integer) else 1
    axes.imshow(image[..., 0] if image.shape[-1] == 1 else image, cmap="gray", vmin=0, vmax=brightest)
    axes.axis("off")


def draw_images(images: Sequence[np.ndarray], titles: Sequence[str], framed: Sequence[bool]) -> PlotFigure:
    """Draws images (height, width, channels) uint8 in rows of eight, each below its title, some in a frame."""
    rows = -(-len(images) // COLUMNS)
    figure = new_figure(1.5 * COLUMNS, 1.9 * rows)
    grid = figure.subplots(rows, COLUMNS, squeeze=False).flat
    for axes in grid:
        axes.axis("off")
    for axes, image, title, marked in zip(figure.axes, images, titles, framed, strict=False):
        show_image(axes, image)
        axes.set_title(title, fontsize=SMALL, fontweight="bold" if marked else "normal")
        if marked:
            frame = Rectangle((0, 0), 1, 1, transform=axes.transAxes, fill=False, edgecolor=VERMILLION, linewidth=4)
            axes.add_patch(frame)
    return figure
