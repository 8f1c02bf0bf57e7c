"""Labels beside points, placed with little overlap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

SIZE = 7  # points
WIDE, HIGH = 0.62, 1.15  # of a letter, as parts of the size
AWAY = 3.0  # of a label from its point, in points


def label_points(figure: Figure, axes: Axes, points: np.ndarray, labels: Sequence[str]) -> None:
    """Draws a label beside each point, on the side where it overlaps least.

    Args:
        figure: the figure.
        axes: its axes, with their final limits.
        points: (n, 2), in the units of the axes.
        labels: one a point.
    """
    figure.draw_without_rendering()  # places the axes
    at = axes.transData.transform(points) * 72 / figure.dpi  # (n, 2), in typographic points
    dots = np.concatenate([at - 1.5, at + 1.5], axis=1)  # (n, 4): left, bottom, right, top
    placed = np.empty((0, 4))
    for (x, y), point, text in zip(at, points, labels, strict=True):
        width, height = WIDE * SIZE * len(text), HIGH * SIZE
        sides = [
            (dx, dy)
            for dy in (AWAY / 2, -AWAY / 2 - height, -height / 2, AWAY, -AWAY - height)
            for dx in (AWAY, -AWAY - width, -width / 2)
            if not (dx == -width / 2 and abs(dy + height / 2) < height)  # over its own point
        ]
        boxes = np.array([(x + dx, y + dy, x + dx + width, y + dy + height) for dx, dy in sides])
        covered = _shared(boxes, placed) + _shared(boxes, dots)  # (sides,)
        best = int(np.argmin(covered))
        placed = np.concatenate([placed, boxes[best : best + 1]])
        axes.annotate(text, point, xytext=sides[best], textcoords="offset points", fontsize=SIZE, va="bottom")


def _shared(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Returns the area of each box, (boxes, 4), that the others cover, summed, (boxes,)."""
    low = np.maximum(boxes[:, np.newaxis, :2], others[np.newaxis, :, :2])
    high = np.minimum(boxes[:, np.newaxis, 2:], others[np.newaxis, :, 2:])
    return np.prod(np.maximum(high - low, 0), axis=-1).sum(axis=1)
