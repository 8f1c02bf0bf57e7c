"""Boxes over pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

SMALL = 6  # points


def class_color(label: int) -> tuple[float, float, float]:
    """The colour of a class, the same in every figure."""
    colors = colormaps["tab10"].colors  # type: ignore[attr-defined]
    return colors[label % len(colors)]


def draw_boxes(
    axes: Axes,
    boxes: Sequence[Sequence[float]] | np.ndarray,
    size: tuple[int, int],
    colors: Sequence[tuple[float, float, float]],
    texts: Sequence[str] = (),
) -> None:
    """Boxes with what is written at their upper left corners.

    Arguments:
        axes: an image is drawn on.
        boxes: (n, 4) corner boxes in shares of the image.
        size: (height, width) of the image in pixels.
        colors: one a box.
        texts: one a box, or none.
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
            )
        )
        if texts:
            at_the_right = x_min > 0.8  # where the text would go over the edge
            light = np.dot(color, (0.299, 0.587, 0.114)) > 0.6
            axes.text(
                min(x_max, 1.0) * width - 0.5 if at_the_right else left,
                top,
                texts[number],
                fontsize=SMALL,
                color="black" if light else "white",
                horizontalalignment="right" if at_the_right else "left",
                verticalalignment="bottom" if y_min > 0.08 else "top",
                bbox={"facecolor": color, "edgecolor": "none", "pad": 0.8},
                clip_on=True,
            )
