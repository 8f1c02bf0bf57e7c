"""Logs the attention of a vision transformer's class token over images."""

from __future__ import annotations

import numpy as np

from tfd2l.config.ranges import PositiveInt
from tfd2l.errors import ComponentError
from tfd2l.models.base.protocols import HasPatches, require_model
from tfd2l.ops.vision.pixels import MAX_PIXEL_VALUE
from tfd2l.plots.figure import new_figure
from tfd2l.plots.image_grid import show_image
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import (
    needs_answers,
    needs_at_least_1,
    needs_class_names,
    needs_model,
    needs_split,
    requires,
)

IMAGE = "image"
SMALL = 7  # points
DARKEST = 0.15  # what is left of the brightness of a patch that no head looks at


@requires(
    needs_split,
    needs_at_least_1("num_images", "max_heads"),
    needs_class_names,
    needs_model(HasPatches),
    needs_answers("label"),
)
def attended_patches(
    run: FinishedRun, split: str | None = None, num_images: PositiveInt = 6, max_heads: PositiveInt = 4
) -> None:
    """Logs images beside the attention of the class token to their patches, a column per head of the last block.

    Light is the attention weight of a patch as a share of the largest; above each head stands how many patches share
    its attention, exp of the entropy of its weights. For models whose method `attention_weights` gives a class token
    and then the patches, row by row (`vit`), and images of one size.

    Args:
        run: The finished run; supplied by the experiment.
        split: whose images: its first ones; None: test, without it validation, else train.
        num_images: rows.
        max_heads: at most so many columns after the image.

    Raises:
        ComponentError: a number below 1, or a model that is no `HasPatches`.
    """
    for name, number in (("num_images", num_images), ("max_heads", max_heads)):
        if number < 1:
            raise ComponentError(f"report.attended_patches draws one image and head or more. Received: {name}={number}")
    model = require_model(run.trained, HasPatches, "report.attended_patches")
    predictions = run.predict(split, num_images)
    split = predictions.split
    images = list(predictions.inputs[IMAGE])[:num_images]
    layers = model.attention_weights(run.model_inputs({IMAGE: images}), run.data).layers
    weights = np.asarray(list(layers.values())[-1])[:, :max_heads, 0, 1:]  # (images, heads, patches)
    figure = new_figure(1.5 * (1 + weights.shape[1]), 1.75 * len(images))
    grid = figure.subplots(len(images), 1 + weights.shape[1], squeeze=False)
    for number, (row, image) in enumerate(zip(grid, images, strict=True)):
        show_image(row[0], np.asarray(image))
        truth = run.data.class_names[predictions.targets[number]]
        predicted = predictions.decoded["label"][number]
        row[0].set_title(truth if truth == predicted else f"{truth}, predicted {predicted}", fontsize=SMALL)
        for head, axes in enumerate(row[1:]):
            show_image(
                axes, dim_patches(np.asarray(image) / MAX_PIXEL_VALUE, weights[number, head].reshape(model.grid))
            )
            name = f"head {head + 1}: " if number == 0 else ""
            axes.set_title(f"{name}{compute_effective_number(weights[number, head]):.1f} patches", fontsize=SMALL)
    run.artifacts.log_figure(figure, "figures/attended_patches.png")


def dim_patches(image: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """An image as bright as its patches are attended to.

    Args:
        image: (height, width, channels) from 0 to 1.
        weights: (rows, columns) of the patches, not negative.
    """
    light = DARKEST + (1 - DARKEST) * weights / max(float(weights.max()), 1e-12)
    rows, columns = (-(-side // number) for side, number in zip(image.shape, weights.shape, strict=False))
    spread = np.kron(light, np.ones((rows, columns)))[: image.shape[0], : image.shape[1]]
    return image * spread[..., None]


def compute_effective_number(weights: np.ndarray) -> float:
    """Exp of the entropy of weights, once they sum to 1: n for n equal ones."""
    shares = weights / weights.sum()
    return float(np.exp(-(shares * np.log(np.maximum(shares, 1e-12))).sum()))
