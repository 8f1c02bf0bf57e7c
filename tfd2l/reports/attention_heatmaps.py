"""Logs heat maps of attention weights."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axis import Axis

from tfd2l.config.ranges import PositiveInt
from tfd2l.layers.attention_weights import AttentionWeights
from tfd2l.models.base.protocols import HasAttentionWeights, require_model
from tfd2l.plots.figure import PlotFigure, grid_shape, new_figure
from tfd2l.plots.text import shorten
from tfd2l.reports.base.finished_run import FinishedRun, Predictions
from tfd2l.reports.base.requirements import needs_model, needs_split, requires

SMALL = 7  # points; token labels must fit
SHORTEST_WIDTH = 4.0  # inches
LETTERS_PER_INCH = 12  # of a title
MOST_LINES = 4  # of a title
MOST_TOKENS = 64  # that have labels
LETTERS = 16  # of a token


@requires(needs_split, needs_model(HasAttentionWeights))
def attention_heatmaps(
    run: FinishedRun,
    split: str | None = None,
    num_examples: PositiveInt = 3,
    max_layers: PositiveInt = 2,
    max_heads: PositiveInt = 4,
) -> None:
    """Logs heat maps of the attention weights of a few examples, a row per layer and a column per head.

    The last layers are drawn. The model is any that has the protocol `HasAttentionWeights`.

    Args:
        run: The finished run; supplied by the experiment.
        split: whose examples: its first ones; None: test, without it validation, else train.
        num_examples: one figure each.
        max_layers: at most so many layers are drawn.
        max_heads: at most so many heads of each are drawn.

    Raises:
        ComponentError: the model has no such method.
    """
    model = require_model(run.trained, HasAttentionWeights, "report.attention_heatmaps")
    predictions = run.predict(split, num_examples)
    split = predictions.split
    for row in range(min(num_examples, len(predictions.targets))):
        inputs = run.model_inputs({key: [values[row]] for key, values in predictions.inputs.items()})
        seen: AttentionWeights = model.attention_weights(inputs, run.data)
        queries, keys = seen.queries[0], seen.keys[0]
        last = list(seen.layers.items())[-max_layers:]
        weights = {name: value.numpy()[0, :, : len(queries), : len(keys)] for name, value in last}
        axes = (seen.query_axis, seen.key_axis)
        figure = draw_attention(weights, queries, keys, _title(run, predictions, row), max_heads, axes)
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
    weights: dict[str, np.ndarray],
    queries: Sequence[str],
    keys: Sequence[str],
    title: str,
    max_heads: int,
    axis_names: tuple[str, str] = ("queries", "keys"),
) -> PlotFigure:
    """Draws a grid of heat maps with tokens on both axes: a row a layer, at most three heads side by side.

    Args:
        weights: (heads, queries, keys) by layer name.
        queries: labels of the rows.
        keys: labels of the columns. Of more than `MOST_TOKENS` labels an axis shows every second, third, ...
        title: above all.
        max_heads: of a layer.
        axis_names: what queries and keys are.
    """
    heads = min(max_heads, next(iter(weights.values())).shape[0])
    width, height = (1.6 + 0.16 * min(len(labels), MOST_TOKENS) for labels in (keys, queries))
    rows_a_layer, columns = grid_shape(heads)
    width = max(width, SHORTEST_WIDTH / columns)
    panels = [(layer, head) for layer in weights for head in range(heads)]
    figure = new_figure(width * columns, height * rows_a_layer * len(weights))
    grid = figure.subplots(rows_a_layer * len(weights), columns, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for number, (layer, head) in enumerate(panels):
        row, column = divmod(head, columns)
        axes = grid[number // heads * rows_a_layer + row, column]
        axes.set_axis_on()
        values = weights[layer]
        image = axes.imshow(values[head], cmap="Reds", vmin=0, vmax=max(float(values.max()), 1e-6))
        axes.set_title(f"{layer}, head {head}", fontsize=SMALL + 1)
        _label(axes.xaxis, keys, rotation=90)
        _label(axes.yaxis, queries if column == 0 else [""] * len(queries))
        axes.set_xlabel(axis_names[1], fontsize=SMALL)
        axes.set_ylabel(axis_names[0] if column == 0 else "", fontsize=SMALL)
        if head == heads - 1:
            figure.colorbar(image, ax=list(grid[number // heads * rows_a_layer :][:rows_a_layer].flat), shrink=0.7)
    lines = textwrap.wrap(title, int(width * columns * LETTERS_PER_INCH))
    figure.suptitle("\n".join(lines[:MOST_LINES]), fontsize=SMALL + 3)
    return figure


def _label(axis: Axis, labels: Sequence[str], **style: Any) -> None:
    """Labels every position, or every second, third, ... of many."""
    step = -(-len(labels) // MOST_TOKENS) or 1
    shown = range(0, len(labels), step)
    axis.set_ticks(shown, [shorten(labels[place], LETTERS) for place in shown], fontsize=SMALL, **style)
