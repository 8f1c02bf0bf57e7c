"""Which classes are taken for which."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from sklearn.metrics import classification_report
from sklearn.metrics import confusion_matrix as count_confusions

from tfd2l.reports.finished_run import FinishedRun


def confusion_matrix(run: FinishedRun, split: str | None = None) -> None:
    """Draw which class is taken for which; log precision, recall and F1 of each class.

    A cell holds the count of (true class, predicted class) and its share of the true class.

    Arguments:
        split: whose examples; None: test, without it validation, else train.
    """
    names = list(run.data.class_names)
    predictions = run.predict(split, None)
    split = predictions.split
    truth = [names[target] for target in predictions.targets]
    counts = count_confusions(truth, predictions.decoded["label"], labels=names)  # (true, predicted)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(1.8 + 1.1 * len(names), 1.4 + 1.0 * len(names)))
    axes = figure.subplots()
    image = axes.imshow(share, cmap="Blues", vmin=0, vmax=1)
    axes.set(
        xticks=range(len(names)),
        yticks=range(len(names)),
        xlabel="predicted",
        ylabel="true",
        title=f"{split}: {np.trace(counts)} of {counts.sum()} right",
    )
    axes.set_xticklabels(names, rotation=30, ha="right")
    axes.set_yticklabels(names)
    for row, column in np.ndindex(counts.shape):
        colour = "white" if share[row, column] > 0.5 else "black"
        axes.text(
            column,
            row,
            f"{counts[row, column]}\n{share[row, column]:.0%}",
            ha="center",
            va="center",
            color=colour,
        )
    figure.colorbar(image, ax=axes, label="share of the true class")
    run.artifacts.log_figure(figure, f"figures/confusion_matrix_{split}.png")
    scores = classification_report(truth, predictions.decoded["label"], labels=names, output_dict=True, zero_division=0)
    columns = {"class": names} | {
        key: [scores[name][key] for name in names] for key in ("precision", "recall", "f1-score", "support")
    }
    run.artifacts.log_table(columns, f"tables/classes_{split}.json")
