"""Logs a table of predictions."""

from __future__ import annotations

from tfd2l.config.ranges import PositiveInt
from tfd2l.plots.figure import MOST_PANELS
from tfd2l.plots.image_grid import draw_images, is_image
from tfd2l.plots.text import shorten
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import needs_answers, needs_class_names, needs_split, requires

LETTERS = 22  # of a class name above an image


@requires(needs_split, needs_class_names, needs_answers("label", "probability"))
def prediction_table(
    run: FinishedRun, split: str | None = None, max_rows: PositiveInt = 200, max_images: PositiveInt = 40
) -> None:
    """Logs a table of predictions, the most confident errors first.

    Images are drawn in a figure, in the same order; in the table stands the number of the example in its split.

    Args:
        run: The finished run; supplied by the experiment.
        split: whose examples; None: test, without it validation, else train.
        max_rows: rows of the table.
        max_images: images in the figure, 120 at most.
    """
    predictions = run.predict(split, None)
    split = predictions.split
    truth = [run.data.class_names[target] for target in predictions.targets]
    predicted, probability = predictions.decoded["label"], predictions.decoded["probability"]
    order = sorted(range(len(truth)), key=lambda row: (truth[row] == predicted[row], -probability[row]))[:max_rows]
    images = {key: values for key, values in predictions.inputs.items() if len(values) and is_image(values[0])}
    columns = {
        **({"example": order} if images else {}),
        **{key: [values[row] for row in order] for key, values in predictions.inputs.items() if key not in images},
        "label": [truth[row] for row in order],
        "predicted": [predicted[row] for row in order],
        "probability": [round(probability[row], 4) for row in order],
        "right": ["yes" if truth[row] == predicted[row] else "NO" for row in order],
    }
    run.artifacts.log_table(columns, f"tables/predictions_{split}.json")
    for key, values in images.items():
        drawn = order[: min(max_images, MOST_PANELS)]
        if not drawn:
            break
        titles = [
            f"{row}: {shorten(truth[row], LETTERS)}\n{shorten(predicted[row], LETTERS)} ({probability[row]:.0%})"
            for row in drawn
        ]
        wrong = [truth[row] != predicted[row] for row in drawn]
        figure = draw_images([values[row] for row in drawn], titles, wrong)
        figure.suptitle(f"{split}: example, its class, and the predicted class; wrong ones, framed, first")
        name = "" if len(images) == 1 else f"_{key}"
        run.artifacts.log_figure(figure, f"figures/predictions_{split}{name}.png")
