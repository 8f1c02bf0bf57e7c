"""Logs the curve and the weights of regression by attention pooling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from matplotlib.axes import Axes

from tfd2l.layers.nadaraya_watson import NadarayaWatson
from tfd2l.models.base.protocols import HasAttentionPooling, require_model
from tfd2l.plots.figure import new_figure
from tfd2l.plots.style import BLUE, GREEN, ORANGE
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import needs_model, needs_split, requires

COMPARED = {"average pooling": 0.0, "non-parametric": 1.0}  # by their w
STYLES = {"average pooling": (GREEN, ":"), "non-parametric": (ORANGE, "--")}
TICKS = 6  # on an axis of a heatmap


@dataclass(frozen=True)
class Pooled:
    """What one way of pooling makes of queries: values (queries,), weights (queries, keys)."""

    values: np.ndarray
    weights: np.ndarray


@requires(needs_split, needs_model(HasAttentionPooling))
def attention_pooling(run: FinishedRun, split: str | None = None) -> None:
    """Logs the fitted curve of a kernel regression beside the truth, and its attention weights.

    Average pooling and the non-parametric kernel are drawn beside it. A heatmap shows how much each training example
    weighs for each query, both by their place on the x axis.

    Args:
        run: The finished run; supplied by the experiment.
        split: whose queries; their targets are the truth; None: test, without it validation, else train.

    Raises:
        ComponentError: the model is not a kernel regression.

    References:
        Section 10.2.
    """
    model = require_model(run.trained, HasAttentionPooling, "report.attention_pooling")
    predictions, train = run.predict(split, None), run.predict("train", None)
    split = predictions.split
    ((key, x),) = predictions.inputs.items()
    order = np.argsort(x)
    queries, truth = np.array(x)[order], np.array(predictions.targets)[order]
    inputs = run.model_inputs({key: queries.tolist()})
    ways = {f"{name} (w = {w:g})": _pooled(NadarayaWatson(w), inputs) for name, w in COMPARED.items()}
    learned = model.pooling.inverse_bandwidth is None
    name = f"{'learned' if learned else 'this run'} (w = {abs(float(model.pooling.w)):.3g})"  # w^2 is all that counts
    if learned or model.pooling.w not in COMPARED.values():
        ways[name] = _pooled(model.pooling, inputs)

    figure = new_figure(7, 4.6)
    axes = figure.subplots()
    axes.plot(queries, truth, color="black", label="truth")
    for name, way in ways.items():
        color, line = STYLES.get(name.partition(" (")[0], (BLUE, "-"))
        error = np.mean((way.values - truth) ** 2)
        axes.plot(queries, way.values, line, color=color, label=f"{name}, squared error {error:.2f}")
    axes.scatter(train.inputs[key], train.targets, s=18, color="grey", alpha=0.7, label="training examples")
    axes.set(xlabel=key, ylabel="y", title="Regression by attention pooling")
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small")
    run.artifacts.log_figure(figure, f"figures/attention_pooling_{split}.png")

    keys = np.array(inputs["keys"])[0]
    figure = new_figure(4.4 * len(ways), 4.2)
    for axes, (name, way) in zip(figure.subplots(1, len(ways), squeeze=False)[0], ways.items(), strict=True):
        by_key = np.argsort(keys)
        image = axes.imshow(way.weights[:, by_key], cmap="Reds", vmin=0, vmax=max(way.weights.max(), 2 / len(keys)))
        _mark(axes, keys[by_key], queries)
        axes.set(title=name, xlabel=f"training examples, by {key}", ylabel=f"queries, by {key}")
        figure.colorbar(image, ax=axes, shrink=0.8, label="weight")
    run.artifacts.log_figure(figure, f"figures/attention_weights_{split}.png")


def _pooled(layer: NadarayaWatson, inputs: Mapping[str, Any]) -> Pooled:
    queries = inputs["queries"][:, tf.newaxis, tf.newaxis]  # (queries, 1, 1): each has its keys
    keys, values = inputs["keys"][..., tf.newaxis], inputs["values"][..., tf.newaxis]  # (queries, n, 1)
    output, weights = layer(queries, keys, values, return_attention_scores=True)
    return Pooled(output[:, 0, 0].numpy(), weights[:, 0, 0].numpy())


def _mark(axes: Axes, across: np.ndarray, down: np.ndarray) -> None:
    """The x of a few columns and rows."""
    for axis, values in ((axes.xaxis, across), (axes.yaxis, down)):
        places = np.unique(np.linspace(0, len(values) - 1, TICKS).round().astype(int))
        axis.set_ticks(places, [f"{values[place]:.1f}" for place in places])
