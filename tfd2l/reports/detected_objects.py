"""Logs images with the ground truth beside the predictions of a detector."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from tfd2l.config.ranges import Fraction, PositiveInt
from tfd2l.errors import ComponentError
from tfd2l.ops.vision.detection_matching import ImageDetections, match_detections
from tfd2l.plots.boxes_drawing import class_color, draw_boxes
from tfd2l.plots.figure import MOST_PANELS, new_figure
from tfd2l.plots.image_grid import show_image
from tfd2l.reports.base.finished_run import FinishedRun, Predictions
from tfd2l.reports.base.requirements import needs_answers, needs_at_least_1, needs_split, requires

PAIRS = 3  # in a row
CROWDED = 8  # more objects in an image need a larger picture: fewer in a row
WIDTH = 2.3  # inches of a picture
IOU = 0.5  # from which a prediction is the object
RIGHT, WRONG, MISSED = "-", "--", ":"  # line styles: colours are those of the classes
MEANING = "full line: found; dashed, ✗: a wrong prediction; dotted: an object that is missed"


@requires(needs_split, needs_at_least_1("count"), needs_answers("boxes", "labels", "scores", decoder="detections"))
def detected_objects(
    run: FinishedRun, split: str | None = None, count: PositiveInt = 16, score_threshold: Fraction = 0.5
) -> None:
    """Logs images with their ground truth, and with the predicted boxes, classes and scores.

    A prediction is right if its IoU with an object of its class that no likelier one has found is 0.5 or more. Wrong
    ones have dashed boxes and a cross, objects that are missed dotted boxes.

    Args:
        run: The finished run; supplied by the experiment.
        split: whose examples; by default those of test, without it of validation, else of train.
        count: how many images, the first of the split; 60 at most.
        score_threshold: less likely boxes are not drawn; the book draws those from 0.9 on.

    Raises:
        ComponentError: the run's decoder is not `detections`, or a number of images below 1.

    References:
        Section 13.7.3.
    """
    if count < 1:
        raise ComponentError(f"report.detected_objects draws one image or more. Received: count={count}")
    predictions = run.predict(split, min(count, MOST_PANELS // 2))
    split = predictions.split
    require_detections(predictions, "detected_objects")
    names = list(run.data.class_names)
    images = predictions.inputs[run.data.inputs[0]]
    every = [np.asarray(objects) for objects in predictions.targets]
    every = [objects[objects[:, 0] >= 0] for objects in every]
    crowded = max(map(len, every), default=0) > CROWDED
    pairs = min(PAIRS - 1 if crowded else PAIRS, len(images))
    rows = -(-len(images) // pairs)
    width = WIDTH * PAIRS / (PAIRS - 1 if crowded else PAIRS)
    tallest = max(image.shape[0] / image.shape[1] for image in images)
    figure = new_figure(2 * pairs * width, rows * (width * tallest + 0.35) + 0.4)
    grid = figure.subplots(rows, pairs * 2, squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for number, image in enumerate(images):
        row, column = divmod(number, pairs)
        truth, predicted = grid[row, 2 * column], grid[row, 2 * column + 1]
        found = _found(predictions, number, names, score_threshold)
        right, hit = match_detections(every[number], found, IOU)
        _draw_truth(truth, image, every[number], hit, names)
        _draw_predictions(predicted, image, found, right, names)
        truth.set_title(f"{number}: ground truth", fontsize=7)
        predicted.set_title(f"predictions from {score_threshold:g} on", fontsize=7)
    figure.suptitle(MEANING, fontsize=9)
    run.artifacts.log_figure(figure, f"figures/detected_objects_{split}.png")


def _found(predictions: Predictions, number: int, names: list[str], score_threshold: float) -> ImageDetections:
    """What is shown of the predictions for an image."""
    boxes, labels, scores = (predictions.decoded[key][number] for key in ("boxes", "labels", "scores"))
    scores = np.asarray(scores, np.float64)
    shown = np.flatnonzero((scores >= score_threshold) & (scores > 0))
    classes = np.array([names.index(labels[place]) for place in shown], int)
    return ImageDetections(np.asarray(boxes)[shown], classes, scores[shown])


def _draw_truth(axes: Axes, image: np.ndarray, objects: np.ndarray, hit: np.ndarray, names: list[str]) -> None:
    labels = objects[:, 0].astype(int)
    show_image(axes, image)
    draw_boxes(
        axes,
        objects[:, 1:],
        image.shape[:2],
        [class_color(label) for label in labels],
        [names[label] if known else f"missed: {names[label]}" for label, known in zip(labels, hit, strict=True)],
        [RIGHT if known else MISSED for known in hit],
    )


def _draw_predictions(
    axes: Axes, image: np.ndarray, found: ImageDetections, right: np.ndarray, names: list[str]
) -> None:
    show_image(axes, image)
    texts = [f"{names[label]} {score:.2f}" for label, score in zip(found.classes, found.scores, strict=True)]
    draw_boxes(
        axes,
        found.boxes,
        image.shape[:2],
        [class_color(label) for label in found.classes],
        [text if good else f"✗ {text}" for text, good in zip(texts, right, strict=True)],
        [RIGHT if good else WRONG for good in right],
    )


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
