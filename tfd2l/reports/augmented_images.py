"""Logs training images as the stages augment them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from matplotlib.axes import Axes

from tfd2l.config.ranges import PositiveInt
from tfd2l.data.facts.standardization import Standardization
from tfd2l.data.info import DataInfo
from tfd2l.errors import ComponentError
from tfd2l.ops.vision.pixels import MAX_PIXEL_VALUE
from tfd2l.plots.boxes_drawing import class_color, draw_boxes
from tfd2l.plots.figure import new_figure
from tfd2l.plots.image_grid import show_image
from tfd2l.plots.mask_drawing import mask_over
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import BuiltRun, needs_at_least_1, requires

IMAGE = "image"
SMALL = 7  # points
WORTH_TELLING = 0.02  # a share of a mixture


def _check(run: BuiltRun, options: Mapping[str, Any]) -> None:
    _require_images(keras.utils.unpack_x_y_sample_weight(run.data.batch_spec)[0])


@requires(needs_at_least_1("num_images", "num_draws"), _check)
def augmented_images(run: FinishedRun, num_images: PositiveInt = 5, num_draws: PositiveInt = 7) -> None:
    """Logs a few training images without augmentation, and as the stages augment them in several epochs.

    A row an image; boxes and masks are drawn over theirs, and above stands the class, or the classes of a mixture with
    their shares. Channels that the stage `normalize_channels` has normalized are drawn in their own colours.

    Args:
        run: The finished run; supplied by the experiment.
        num_images: rows; no more than a batch has.
        num_draws: columns after the first: epochs 1, 2, ...

    Raises:
        ComponentError: a number below 1, or data without images.
    """
    for name, number in (("num_images", num_images), ("num_draws", num_draws)):
        if number < 1:
            raise ComponentError(f"report.augmented_images draws one image or more. Received: {name}={number}")
    batches = [run.training_sample(epoch) for epoch in (None, *range(num_draws))]
    columns = [_images_and_targets(batch, run.data) for batch in batches]
    rows = min(num_images, *(len(images) for images, _ in columns))
    height = max(images.shape[1] / images.shape[2] for images, _ in columns)
    figure = new_figure(1.5 * len(columns), (1.5 * height + 0.25) * rows + 0.15)
    grid = figure.subplots(rows, len(columns), squeeze=False)
    for column, (images, targets) in enumerate(columns):
        for row in range(rows):
            axes = grid[row, column]
            title = _draw(axes, images[row], targets[row], run.data)
            if row == 0:
                epoch = "not augmented" if column == 0 else f"epoch {column}"
                title = f"{epoch}\n{title}" if title else epoch
            axes.set_title(title, fontsize=SMALL)
    run.artifacts.log_figure(figure, "figures/augmented_images.png")


def _require_images(x: Any) -> Any:
    """The images among the inputs of a batch, or their specification."""
    x = x[IMAGE] if isinstance(x, dict) and IMAGE in x else x
    if isinstance(x, dict) or x.shape.rank != 4:
        raise ComponentError(
            "report.augmented_images is about images; leave the report out. "
            f"Received: {sorted(x) if isinstance(x, dict) else tuple(x.shape)}"
        )
    return x


def _images_and_targets(batch: Any, data: DataInfo) -> tuple[np.ndarray, np.ndarray]:
    """(rows, height, width, channels) from 0 to 1, and what each is to teach."""
    x, y, weights = keras.utils.unpack_x_y_sample_weight(batch)
    images = np.asarray(_require_images(x))
    if images.dtype == np.uint8:
        images = images.astype(np.float32) / MAX_PIXEL_VALUE
    elif (known := data.find_fact(Standardization)) is not None and IMAGE in known.statistics:
        mean, deviation = known.statistics[IMAGE]
        images = images * deviation + mean
    kept = slice(None) if weights is None else np.asarray(weights).reshape(len(images), -1).max(axis=1) > 0
    return np.clip(images, 0, 1)[kept], np.asarray(y)[kept]


def _draw(axes: Axes, image: np.ndarray, target: np.ndarray, data: DataInfo) -> str:
    """Draw an image with its boxes or its mask; what else there is to tell."""
    size, names = image.shape[:2], data.class_names
    masked = target.shape == size
    show_image(axes, mask_over(MAX_PIXEL_VALUE * image, target, names) if masked else image)
    if masked:
        return ""
    if target.ndim == 0:
        return names[int(target)] if names else str(target)
    if target.ndim == 1:  # the probabilities of a mixture
        likely = [place for place in np.argsort(-target) if target[place] > WORTH_TELLING]
        if len(likely) == 1:
            return names[likely[0]]
        return " + ".join(f"{target[place]:.0%} {names[place]}" for place in likely[:2])
    objects = target[target[:, 0] >= 0]  # (n, 5)
    draw_boxes(axes, objects[:, 1:], size, [class_color(int(kind)) for kind in objects[:, 0]])
    return ""
