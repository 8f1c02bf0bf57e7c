"""Logs the confusion matrix and per-class precision, recall and F1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import confusion_matrix as count_confusions
from sklearn.metrics import precision_recall_fscore_support

from tfd2l.plots.figure import PlotFigure, new_figure
from tfd2l.plots.text import shorten
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import needs_answers, needs_class_names, needs_split, requires

MOST_CLASSES = 24  # that a figure shows
LETTERS = 24  # of a class name on an axis
SCORES = ("precision", "recall", "f1-score", "support")


@requires(needs_split, needs_class_names, needs_answers("label"))
def confusion_matrix(run: FinishedRun, split: str | None = None) -> None:
    """Logs the confusion matrix and per-class precision, recall and F1.

    A cell holds the count of (true class, predicted class) and its share of the true class. Of more than 24 classes,
    the figure shows those that are confused most often, with one row and one column for all others. The table
    `tables/confusions_<split>.json` holds every pair of classes that occurs, the most frequent confusions first;
    `tables/classes_<split>.json` holds precision, recall and F1.

    Args:
        run: The finished run; supplied by the experiment.
        split: whose examples; by default those of test, without it of validation, else of train.
    """
    names = list(run.data.class_names)
    predictions = run.predict(split, None)
    split = predictions.split
    number = {name: label for label, name in enumerate(names)}
    truth = [int(target) for target in predictions.targets]
    predicted = [number[name] for name in predictions.decoded["label"]]
    counts = count_confusions(truth, predicted, labels=range(len(names)))  # (true, predicted)
    right = f"{split}: {np.trace(counts)} of {counts.sum()} right"
    run.artifacts.log_figure(draw_confusions(counts, names, right), f"figures/confusion_matrix_{split}.png")
    _log_pairs(run, counts, names, split)
    scores = precision_recall_fscore_support(truth, predicted, labels=range(len(names)), zero_division=0)
    columns = {key: values.tolist() for key, values in zip(SCORES, scores, strict=True)}
    run.artifacts.log_table({"class": names, **columns}, f"tables/classes_{split}.json")


def draw_confusions(counts: np.ndarray, names: Sequence[str], title: str) -> PlotFigure:
    """Draws (true, predicted) counts of all classes, or of those that are confused most often and of the rest."""
    if len(names) > MOST_CLASSES:
        counts, names = most_confused(counts, names, MOST_CLASSES)
        title += f"\nthe {MOST_CLASSES} classes that are confused most often, and the others together"
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    cell = 1.0 if len(names) <= 12 else 0.55
    figure = new_figure(2.6 + cell * len(names), 1.8 + cell * len(names))
    axes = figure.subplots()
    image = axes.imshow(share, cmap="Blues", vmin=0, vmax=1)
    labels = [shorten(name, LETTERS) for name in names]
    axes.set_xticks(range(len(names)), labels, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), labels)
    axes.set(xlabel="predicted class", ylabel="true class", title=title)
    size = 10 if cell == 1.0 else 6
    for row, column in zip(*np.nonzero(counts if len(names) > 12 else np.ones_like(counts)), strict=True):
        axes.text(
            column,
            row,
            f"{counts[row, column]}\n{share[row, column]:.0%}",
            ha="center",
            va="center",
            fontsize=size,
            color="white" if share[row, column] > 0.5 else "black",
        )
    figure.colorbar(image, ax=axes, label="share of the true class", shrink=0.8)
    return figure


def most_confused(counts: np.ndarray, names: Sequence[str], number: int) -> tuple[np.ndarray, list[str]]:
    """Returns the counts among the classes with most errors, and of all others as a last class.

    Errors of a class are its examples that are taken for another, and those of others that are taken for it; of
    classes with equally many, the more frequent ones are shown.
    """
    errors = counts.sum(axis=0) + counts.sum(axis=1) - 2 * np.diag(counts)
    order = np.lexsort((-counts.sum(axis=1), -errors))
    shown = np.sort(order[:number])
    group = np.full(len(names), number)  # of each class: its place in the figure, or the last one
    group[shown] = np.arange(number)
    merged = np.zeros((number + 1, number + 1), counts.dtype)
    np.add.at(merged, (group[:, np.newaxis], group), counts)
    return merged, [*(names[int(place)] for place in shown), f"{len(names) - number} others"]


def _log_pairs(run: FinishedRun, counts: np.ndarray, names: Sequence[str], split: str) -> None:
    rows, columns = np.nonzero(counts)
    order = np.lexsort((-counts[rows, columns], rows == columns))  # confusions first
    rows, columns = rows[order], columns[order]
    of_class = counts.sum(axis=1)
    run.artifacts.log_table(
        {
            "true": [names[int(row)] for row in rows],
            "predicted": [names[int(column)] for column in columns],
            "count": [int(value) for value in counts[rows, columns]],
            "share of the true class": [round(float(v), 4) for v in counts[rows, columns] / of_class[rows]],
        },
        f"tables/confusions_{split}.json",
    )
