"""Where each head looks."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from tfd2l.errors import ComponentError
from tfd2l.layers.attention_weights import AttentionWeights
from tfd2l.reports.finished_run import FinishedRun, Predictions

SMALL = 7  # points; token labels must fit
SHORTEST_WIDTH = 4.0  # inches
LETTERS_PER_INCH = 12  # of a title


def attention_heatmaps(
    run: FinishedRun, split: str | None = None, num_examples: int = 3, max_layers: int = 2, max_heads: int = 4
) -> None:
    """Draw attention weights of a few examples: a row a layer (the last ones), a column a head.

    Works for every model with a method `attention_weights(inputs, data)` that gives `AttentionWeights`.

    Arguments:
        split: whose examples: its first ones; None: test, without it validation, else train.
        num_examples: one figure each.
        max_layers, max_heads: at most so many are drawn.

    Raises:
        ComponentError: the model has no such method.
    """
    model = run.trained
    if not hasattr(model, "attention_weights"):
        raise ComponentError(
            "report.attention_heatmaps needs a model with a method `attention_weights`; leave the report out: "
            f"`~reports.attention`. Received: {type(model).__name__}"
        )
    predictions = run.predict(split, num_examples)
    split = predictions.split
    for row in range(min(num_examples, len(predictions.targets))):
        inputs = run.model_inputs({key: [values[row]] for key, values in predictions.inputs.items()})
        seen: AttentionWeights = model.attention_weights(inputs, run.data)
        queries, keys = seen.queries[0], seen.keys[0]
        last = list(seen.layers.items())[-max_layers:]
        weights = {name: value.numpy()[0, :, : len(queries), : len(keys)] for name, value in last}
        figure = draw_attention(weights, queries, keys, _title(run, predictions, row), max_heads)
        run.artifacts.log_figure(figure, f"figures/attention_{split}_{row}.png")


def _title(run: FinishedRun, predictions: Predictions, row: int) -> str:
    """The true class and the predicted one; of other predictions, what is text, and numbers with their names."""
    decoded = {key: values[row] for key, values in predictions.decoded.items()}
    if run.data.class_names:
        truth = run.data.class_names[predictions.targets[row]]
        return f"{truth}, predicted {decoded['label']} ({decoded['probability']:.0%})"
    given = [str(values[row]) for values in predictions.inputs.values()]
    said = [value for value in decoded.values() if isinstance(value, str)]
    numbers = [f"{key} {value:.3g}" for key, value in decoded.items() if isinstance(value, float)]
    return f"{', '.join(given)} \N{RIGHTWARDS ARROW} {', '.join(said)} ({', '.join(numbers)})"


def draw_attention(
    weights: dict[str, np.ndarray], queries: Sequence[str], keys: Sequence[str], title: str, max_heads: int
) -> Figure:
    """A grid of heatmaps, weights (heads, queries, keys) by layer name, tokens on both axes."""
    heads = min(max_heads, next(iter(weights.values())).shape[0])
    side = 1.6 + 0.16 * max(len(queries), len(keys))
    width = max(side * heads, SHORTEST_WIDTH)
    figure = Figure(figsize=(width, side * len(weights)), layout="constrained")
    grid = figure.subplots(len(weights), heads, squeeze=False)
    for row, (layer, values) in zip(grid, weights.items(), strict=True):
        for head, axes in enumerate(row):
            image = axes.imshow(values[head], cmap="Reds", vmin=0, vmax=max(float(values.max()), 1e-6))
            axes.set_title(f"{layer}, head {head}", fontsize=SMALL + 1)
            axes.set_xticks(range(len(keys)))
            axes.set_xticklabels(keys, rotation=90, fontsize=SMALL)
            axes.set_yticks(range(len(queries)))
            axes.set_yticklabels(queries if head == 0 else [], fontsize=SMALL)
        figure.colorbar(image, ax=list(row), shrink=0.7)
    lines = textwrap.wrap(title, int(width * LETTERS_PER_INCH))
    figure.suptitle("\n".join(lines), fontsize=SMALL + 3)
    figure.supxlabel("keys", fontsize=SMALL + 2)
    figure.supylabel("queries", fontsize=SMALL + 2)
    return figure
