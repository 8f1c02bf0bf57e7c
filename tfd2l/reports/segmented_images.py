"""Logs predicted masks beside the ground truth, and the IoU of each class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from tfd2l.config.ranges import PositiveInt
from tfd2l.ops.vision.confusion_matrix import compute_class_iou, compute_confusion_matrix
from tfd2l.ops.vision.pixels import IGNORED_CLASS, resize_masks
from tfd2l.plots.figure import new_figure
from tfd2l.plots.image_grid import show_image
from tfd2l.plots.legend import MOST_ENTRIES, add_legend
from tfd2l.plots.mask_drawing import UNCOUNTED, is_background, mask_colors, mask_over
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import needs_answers, needs_class_names, needs_split, requires
from tfd2l.tracking.metric_names import metric_name

TITLES = ("image", "ground truth", "prediction", "wrong pixels")
RIGHT, WRONG = (255, 255, 255), (214, 39, 40)


@requires(needs_split, needs_class_names, needs_answers("mask", decoder="segmentation"))
def segmented_images(
    run: FinishedRun, split: str | None = None, num_images: PositiveInt = 6, ignore: int = IGNORED_CLASS
) -> dict[str, float]:
    """Logs predicted masks beside the ground truth, and IoU, precision and recall of each class.

    A figure has some images with their masks. A table has, for each class, its share of the pixels, and intersection
    over union, precision and recall over the split. Where a stage resizes images, predicted masks are brought back to
    the size of the true ones.

    Args:
        run: The finished run; supplied by the experiment.
        split: whose images; None: test, without it validation, else train.
        num_images: how many are drawn, the first of the split.
        ignore: the number in a mask that is no class; drawn grey.

    Returns:
        `SPLIT/mean_iou` and `SPLIT/pixel_accuracy` of the served model; `baseline/mean_iou` and
        `baseline/pixel_accuracy` of taking every pixel for the class that is commonest in that very split: the best
        that can be said without looking.
    """
    predictions = run.predict(split, None)
    split = predictions.split
    truth = list(map(np.asarray, predictions.targets))
    predicted = [
        resize_masks(np.asarray(mask), of.shape).numpy()
        for mask, of in zip(predictions.decoded["mask"], truth, strict=True)
    ]
    names = list(run.data.class_names)
    counted = sum(
        compute_confusion_matrix(of, taken, len(names), (of != ignore).astype(np.float32)).numpy().astype(np.float64)
        for of, taken in zip(truth, predicted, strict=True)
    )
    counted = np.asarray(counted)  # (classes, classes)
    _log_classes(run, counted, names, split)
    inputs = next(iter(predictions.inputs.values()))
    figure = _draw(inputs[:num_images], truth[:num_images], predicted[:num_images], names, ignore)
    run.artifacts.log_figure(figure, f"figures/segmented_images_{split}.png")
    return _measure(counted, split)


def _log_classes(run: FinishedRun, counted: np.ndarray, names: Sequence[str], split: str) -> None:
    of_class, taken, both = counted.sum(axis=1), counted.sum(axis=0), np.diag(counted)
    columns = {
        "IoU": compute_class_iou(counted).numpy(),
        "precision": both / np.where(taken == 0, np.nan, taken),
        "recall": both / np.where(of_class == 0, np.nan, of_class),
        "share of the pixels": of_class / counted.sum(),
    }
    table = {name: [None if np.isnan(v) else round(float(v), 4) for v in values] for name, values in columns.items()}
    run.artifacts.log_table({"class": list(names), **table}, f"tables/segmentation_{split}.json")


def _measure(counted: np.ndarray, split: str) -> dict[str, float]:
    of_class = counted.sum(axis=1)
    guess = np.zeros_like(counted)
    guess[:, of_class.argmax()] = of_class  # every pixel is taken for the commonest class
    return {
        metric_name(place, name): value
        for place, matrix in ((split, counted), ("baseline", guess))
        for name, value in (("mean_iou", _mean_iou(matrix)), ("pixel_accuracy", np.trace(matrix) / matrix.sum()))
    }


def _mean_iou(counted: np.ndarray) -> float:
    return float(np.nanmean(compute_class_iou(counted).numpy()))


def _draw(
    images: Sequence[np.ndarray],
    truth: Sequence[np.ndarray],
    predicted: Sequence[np.ndarray],
    names: Sequence[str],
    ignore: int,
) -> Figure:
    colors = mask_colors(len(names))
    height = max(image.shape[0] / image.shape[1] for image in images)
    side = 3 if height < 0.9 else 2.2  # inches
    figure = new_figure(4 * side, (side * height + 0.1) * len(images) + 0.9)
    grid = figure.subplots(len(images), len(TITLES), squeeze=False)
    for row, image, of, taken in zip(grid, images, truth, predicted, strict=True):
        counts = of != ignore
        errors = np.where((of == taken)[..., None], RIGHT, WRONG)
        shown = [
            np.asarray(image),
            mask_over(image, of, names, ignore),
            mask_over(image, taken, names, ignore),
            np.where(counts[..., None], errors, UNCOUNTED).astype(np.uint8),
        ]
        right = np.mean((of == taken)[counts]) if counts.any() else np.nan
        for axes, pixels, title in zip(row, shown, TITLES, strict=True):
            show_image(axes, pixels)
            if axes in grid[0]:
                axes.set_title(title, fontsize=11)
        row[-1].text(
            0.02, 0.03, f"{right:.0%} right", transform=row[-1].transAxes, fontsize=9,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8},
        )  # fmt: skip
    pixels = np.concatenate([np.ravel(mask) for mask in (*truth, *predicted)])
    pixels_of = np.bincount(pixels, minlength=len(names))[: len(names)]
    frequent = map(int, np.argsort(-pixels_of, kind="stable"))
    there = [n for n in frequent if pixels_of[n] and not is_background(names[n])]
    named, unnamed = sorted(there[: MOST_ENTRIES - 1]), there[MOST_ENTRIES - 1 :]  # of many classes, the most frequent
    entries = {names[n]: colors[n] for n in named}
    if any((mask == ignore).any() for mask in truth):
        entries["not counted"] = UNCOUNTED
    entries |= {names[n]: colors[n] for n in unnamed}
    patches, labels = [Patch(facecolor=_hex(color)) for color in entries.values()], list(entries)
    columns = max(1, min(len(patches), 6))
    add_legend(figure, patches, labels, loc="outside lower center", ncols=columns, frameon=False)
    return figure


def _hex(color: Iterable[float]) -> str:
    return "#" + "".join(f"{round(value):02x}" for value in color)
