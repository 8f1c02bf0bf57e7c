"""Bounding boxes over images."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from tfd2l.plots.style import FILLS
from tfd2l.plots.text import shorten

SMALL = 6  # points
LETTERS = 28  # of what is written at a box


def class_color(label: int) -> tuple[float, float, float]:
    """Returns the colour of a class, the same in every figure; colours come round again after eight."""
    return to_rgb(FILLS[label % len(FILLS)])


def draw_boxes(
    axes: Axes,
    boxes: Sequence[Sequence[float]] | np.ndarray,
    size: tuple[int, int],
    colors: Sequence[tuple[float, float, float]],
    texts: Sequence[str] = (),
    lines: Sequence[str] = (),
) -> None:
    """Draws bounding boxes with labels at their upper left corners.

    Args:
        axes: an image is drawn on.
        boxes: (n, 4) corner boxes in shares of the image.
        size: (height, width) of the image in pixels.
        colors: one a box.
        texts: one a box, or none.
        lines: line styles, one a box; none draws all as full lines.
    """
    height, width = size
    for number, ((x_min, y_min, x_max, y_max), color) in enumerate(zip(boxes, colors, strict=True)):
        # Pixel 0 of a drawn image reaches from -0.5 to 0.5.
        left, top = x_min * width - 0.5, y_min * height - 0.5
        axes.add_patch(
            Rectangle(
                (left, top),
                (x_max - x_min) * width,
                (y_max - y_min) * height,
                fill=False,
                edgecolor=color,
                linewidth=1.5,
                linestyle=lines[number] if lines else "-",
                path_effects=[withStroke(linewidth=3, foreground="white", alpha=0.7)] if lines else None,
            )
        )
        if texts:
            at_the_right = x_min > 0.8  # where the text would go over the edge
            light = np.dot(color, (0.299, 0.587, 0.114)) > 0.6
            axes.text(
                min(x_max, 1.0) * width - 0.5 if at_the_right else left,
                top,
                shorten(texts[number], LETTERS),
                fontsize=SMALL,
                color="black" if light else "white",
                horizontalalignment="right" if at_the_right else "left",
                verticalalignment="bottom" if y_min > 0.08 else "top",
                bbox={"facecolor": color, "edgecolor": "none", "pad": 0.8},
                clip_on=True,
            )
