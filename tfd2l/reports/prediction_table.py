"""What the model says, example by example."""

from __future__ import annotations

from tfd2l.reports.finished_run import FinishedRun


def prediction_table(run: FinishedRun, split: str = "test", max_rows: int = 200) -> None:
    """Log a table of predictions: the wrong ones first, the surest of them at the top.

    Arguments:
        split: whose examples.
        max_rows: rows of the table.
    """
    predictions = run.predict(split, None)
    truth = [run.data.class_names[target] for target in predictions.targets]
    predicted, probability = predictions.decoded["label"], predictions.decoded["probability"]
    order = sorted(range(len(truth)), key=lambda row: (truth[row] == predicted[row], -probability[row]))[:max_rows]
    columns = {
        **{key: [values[row] for row in order] for key, values in predictions.inputs.items()},
        "label": [truth[row] for row in order],
        "predicted": [predicted[row] for row in order],
        "probability": [round(probability[row], 4) for row in order],
        "right": ["yes" if truth[row] == predicted[row] else "NO" for row in order],
    }
    run.artifacts.log_table(columns, f"tables/predictions_{split}.json")
