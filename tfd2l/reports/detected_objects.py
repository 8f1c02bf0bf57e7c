"""What a detector finds, beside what there is."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from tfd2l.errors import ComponentError
from tfd2l.reports.boxes_drawing import class_color, draw_boxes
from tfd2l.reports.finished_run import FinishedRun, Predictions
from tfd2l.reports.image_grid import show_image

PAIRS = 4  # in a row
CROWDED = 8  # more objects in an image need a larger picture: half as many in a row
WIDTH = 1.7  # inches of a picture


def detected_objects(run: FinishedRun, split: str | None = None, count: int = 16, score_threshold: float = 0.5) -> None:
    """Draw images twice: with their objects, and with the boxes that were found, their labels and scores.

    Arguments:
        split: whose examples; None: test, without it validation, else train.
        count: how many images, the first of the split.
        score_threshold: less likely boxes are not drawn; the book draws those from 0.9 on.

    Raises:
        ComponentError: the run's decoder is not `detections`.

    Source: section 13.7.3.
    """
    predictions = run.predict(split, count)
    split = predictions.split
    require_detections(predictions, "detected_objects")
    names = list(run.data.class_names)
    images = predictions.inputs[run.data.inputs[0]]
    every = [np.asarray(objects) for objects in predictions.targets]
    every = [objects[objects[:, 0] >= 0] for objects in every]
    crowded = max(map(len, every), default=0) > CROWDED
    pairs = PAIRS // 2 if crowded else PAIRS
    rows = -(-len(images) // pairs)
    width = WIDTH * PAIRS / pairs
    tallest = max(image.shape[0] / image.shape[1] for image in images)
    figure = Figure(figsize=(2 * pairs * width, rows * (width * tallest + 0.3)), layout="constrained")
    grid = figure.subplots(rows, pairs * 2, squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for number, image in enumerate(images):
        row, column = divmod(number, pairs)
        truth, found = grid[row, 2 * column], grid[row, 2 * column + 1]
        objects = every[number]
        labels = objects[:, 0].astype(int).tolist()
        show_image(truth, image)
        draw_boxes(truth, objects[:, 1:], image.shape[:2], list(map(class_color, labels)), [names[n] for n in labels])
        scores = np.asarray(predictions.decoded["scores"][number])
        shown = np.flatnonzero((scores >= score_threshold) & (scores > 0))
        told = [predictions.decoded["labels"][number][n] for n in shown]
        show_image(found, image)
        draw_boxes(
            found,
            np.asarray(predictions.decoded["boxes"][number])[shown],
            image.shape[:2],
            [class_color(names.index(name)) for name in told],
            [f"{name} {scores[n]:.2f}" for name, n in zip(told, shown, strict=True)],
        )
        truth.set_title("objects", fontsize=7, color="dimgray")
        found.set_title(f"found, from {score_threshold:g} on", fontsize=7, color="dimgray")
    run.artifacts.log_figure(figure, f"figures/detected_objects_{split}.png")


def require_detections(predictions: Predictions, report: str) -> None:
    """Refuse predictions that are no boxes.

    Raises:
        ComponentError: the run's decoder is not `detections`.
    """
    missing = [key for key in ("boxes", "labels", "scores") if key not in predictions.decoded]
    if missing:
        raise ComponentError(
            f"report.{report} is about boxes: `decoder=detections`. Received: predictions "
            f"{', '.join(predictions.decoded) or 'of nothing'}"
        )
