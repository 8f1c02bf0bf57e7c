"""Labels beside points: none covers another where there is room."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from tfd2l.plots.labels import label_points


def covered(points, labels):
    """How many pairs of labels, as they are drawn, overlap by more than a hair."""
    figure = Figure(figsize=(6, 5), layout="constrained")
    axes = figure.subplots()
    axes.scatter(points[:, 0], points[:, 1])
    axes.margins(0.1)
    label_points(figure, axes, points, labels)
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in axes.texts]
    assert [text.get_text() for text in axes.texts] == list(labels)
    shared = [(a, b) for number, a in enumerate(boxes) for b in boxes[:number] if a.overlaps(b)]
    return sum(min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 2 for a, b in shared)


def test_points_in_one_place_get_their_labels_on_different_sides():
    points = np.array([[0, 0], [1, 1], [1, 1], [1, 1.01], [1.01, 1], [2, 0]])
    assert covered(points, ["a", "microprocessor", "processor", "price in $", "chip $x$", "b"]) == 0


def test_many_points():
    points = np.random.default_rng(0).uniform(size=(60, 2))
    assert covered(points, [f"word{number}" for number in range(60)]) <= 2
