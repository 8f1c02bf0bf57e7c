"""Logs feature maps of a convolutional network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
from matplotlib.figure import Figure

from tfd2l.errors import ComponentError, did_you_mean
from tfd2l.plots.figure import new_figure
from tfd2l.plots.image_grid import show_image
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import BuiltRun, needs_at_least_1, needs_split, requires


def _check(run: BuiltRun, options: Mapping[str, Any]) -> None:
    for name in options["layers"] or ():
        _layer(run.model, name)


@requires(needs_split, needs_at_least_1("channels"), _check)
def feature_maps(
    run: FinishedRun, layers: list[str] | None = None, split: str | None = None, image: int = 0, channels: int = 8
) -> None:
    """Logs feature maps of some layers for an image, a row per layer: the channels that vary most.

    Args:
        run: The finished run; supplied by the experiment.
        layers: names of layers whose outputs have rows and columns; None takes five that are spread over the network.
        split: whose image; None: test, without it validation, else train.
        image: which, counted from 0.
        channels: how many a layer.

    Raises:
        ComponentError: no such layer, or one whose output has no rows and columns.
    """
    model = run.trained
    chosen = _spread(model) if layers is None else [_layer(model, name) for name in layers]
    raw = {key: values[image : image + 1] for key, values in run.predict(split, image + 1).inputs.items()}
    outputs = keras.Model(model.input, [layer.output for layer in chosen])(run.model_inputs(raw), training=False)
    picture = next(iter(raw.values()))[0]
    maps = [np.asarray(output)[0] for output in keras.tree.flatten(outputs)]  # (height, width, channels)
    figure = _draw(picture, maps, [layer.name for layer in chosen], channels)
    run.artifacts.log_figure(figure, "figures/feature_maps.png")


def _layer(model: keras.Model, name: str) -> keras.layers.Layer:
    known = [layer.name for layer in _layers(model)]
    if name not in known:
        raise ComponentError(
            f"The model has no layer {name!r} whose output has rows and columns.{did_you_mean(name, known)} It has: "
            f"{', '.join(known)}. Received: layers={name}"
        )
    return model.get_layer(name)


def _spread(model: keras.Model) -> list[keras.layers.Layer]:
    """Five layers from the first convolution to the last thing with rows and columns."""
    known = _layers(model)
    places = np.unique(np.linspace(0, len(known) - 1, 5).round().astype(int))
    return [known[place] for place in places]


def _layers(model: keras.Model) -> list[keras.layers.Layer]:
    """Those whose output has rows and columns."""
    rest = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    return [layer for layer in rest if len(layer.output.shape) == 4]


def _draw(image: np.ndarray, maps: Sequence[np.ndarray], names: Sequence[str], channels: int) -> Figure:
    figure = new_figure(1.5 * (channels + 1), 1.5 * len(maps) * image.shape[0] / image.shape[1] + 0.3 * len(maps))
    grid = figure.subplots(len(maps), channels + 1, squeeze=False)
    for row, of_layer, name in zip(grid, maps, names, strict=True):
        most = np.argsort(-of_layer.std(axis=(0, 1)), kind="stable")[:channels]
        for axes in row:
            axes.axis("off")
        for axes, channel in zip(row[1:], most, strict=False):
            axes.imshow(of_layer[..., channel], cmap="viridis")
        row[1].set_title(f"{name}  {' x '.join(map(str, of_layer.shape))}", fontsize=8, loc="left")
    show_image(grid[0][0], image)
    return figure
