"""Logs precision-recall curves and average precision of a detector."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from tfd2l.ops.vision.average_precision import (
    RankedDetections,
    compute_average_precision,
    compute_mean_average_precision,
    rank_detections,
)
from tfd2l.ops.vision.coco_evaluation import evaluate_coco
from tfd2l.ops.vision.detection_matching import ImageDetections
from tfd2l.plots.figure import new_figure
from tfd2l.plots.legend import add_legend
from tfd2l.plots.style import series_style
from tfd2l.plots.text import shorten
from tfd2l.reports.base.finished_run import FinishedRun, Predictions
from tfd2l.reports.base.requirements import needs_answers, needs_split, requires
from tfd2l.reports.detected_objects import require_detections
from tfd2l.tracking.metric_names import group_metrics

MOST_CURVES = 12
LETTERS = 24  # of a class name


@requires(needs_split, needs_answers("boxes", "labels", "scores", decoder="detections"))
def precision_recall(run: FinishedRun, split: str | None = None) -> dict[str, float]:
    """Logs precision-recall curves and average precision of each class.

    Detections below the decoder's `score_threshold` are missing in all numbers: it is to be low.

    Args:
        run: The finished run; supplied by the experiment.
        split: whose examples; None: test, without it validation, else train.

    Returns:
        At an IoU of 0.5, `<split>/map50` (the area, as VOC measures from 2010 on) and `<split>/map50_11_point` (VOC
        2007); by COCO's own code `<split>/coco_map` (mean over the IoU 0.5, 0.55, ..., 0.95), `<split>/coco_map50` and
        `<split>/coco_map75`.

    Raises:
        ComponentError: the run's decoder is not `detections`.

    References:
        Everingham et al. 2010, *The Pascal VOC Challenge*; Lin et al. 2014, *Microsoft COCO*.
    """
    predictions = run.predict(split, None)
    split = predictions.split
    require_detections(predictions, "precision_recall")
    names = list(run.data.class_names)
    truth = [np.asarray(objects) for objects in predictions.targets]
    found = found_in(predictions, names)
    ranked = [rank_detections(truth, found, label) for label in range(len(names))]
    areas, points = ([compute_average_precision(one, kind) for one in ranked] for kind in ("all_point", "11_point"))
    sizes = [image.shape[:2] for image in predictions.inputs[run.data.inputs[0]]]
    coco = evaluate_coco(truth, found, len(names), sizes)
    means = {
        "map50": compute_mean_average_precision(areas),
        "map50_11_point": compute_mean_average_precision(points),
        "coco_map": coco.map,
        "coco_map50": coco.map50,
        "coco_map75": coco.map75,
    }
    run.artifacts.log_table(
        {
            "class": names,
            "objects": [one.num_objects for one in ranked],
            "detections": [len(one.scores) for one in ranked],
            "AP50": _rounded(areas),
            "AP50, 11 points": _rounded(points),
            "AP50, COCO": _rounded(coco.by_class_50),
            "AP, COCO": _rounded(coco.by_class),
        },
        f"tables/average_precision_{split}.json",
    )
    run.artifacts.log_figure(_drawn(names, ranked, areas, split), f"figures/precision_recall_{split}.png")
    return group_metrics(split, {name: value for name, value in means.items() if not np.isnan(value)})


def found_in(predictions: Predictions, names: Sequence[str]) -> list[ImageDetections]:
    """What the decoder `detections` has found, without padding, labels as numbers."""
    number = {name: label for label, name in enumerate(names)}
    every = []
    for boxes, labels, scores in zip(*(predictions.decoded[key] for key in ("boxes", "labels", "scores")), strict=True):
        real = [row for row, name in enumerate(labels) if name]
        classes = np.array([number[labels[row]] for row in real], int)
        every.append(ImageDetections(np.asarray(boxes)[real], classes, np.asarray(scores, np.float64)[real]))
    return every


def _drawn(names: Sequence[str], ranked: Sequence[RankedDetections], areas: Sequence[float], split: str) -> Figure:
    figure = new_figure(6.4, 4.8)
    axes = figure.subplots()
    known = [label for label, one in enumerate(ranked) if one.num_objects]
    frequent = sorted(known, key=lambda label: -ranked[label].num_objects)[:MOST_CURVES]
    handles, labels = [], []
    for place, label in enumerate(sorted(frequent)):
        one = ranked[label]
        first = min(len(one.scores), 1)  # the curve begins at a recall of 0; without detections there is none
        recall, precision = np.append(np.zeros(first), one.recall), np.append(one.precision[:first], one.precision)
        handles += axes.plot(recall, precision, **series_style(place, marker=False))
        labels.append(f"{shorten(names[label], LETTERS)}  {areas[label]:.3f}")
    axes.set(
        xlabel="recall: share of the objects that are found",
        ylabel="precision: share of the boxes that are right",
        xlim=(0, 1.02),
        ylim=(0, 1.04),
        title=f"{split}: mean average precision {compute_mean_average_precision(areas):.3f} at an IoU of 0.5",
    )
    axes.grid(alpha=0.3)
    title = "average precision"
    if len(known) > MOST_CURVES:
        title += f",\nthe {MOST_CURVES} most frequent of {len(known)} classes"
    add_legend(axes, handles, labels, title=title, loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=8)
    return figure


def _rounded(values: Sequence[float]) -> list[float | None]:
    return [None if np.isnan(value) else round(value, 4) for value in values]
