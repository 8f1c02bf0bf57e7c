"""Logs the anchor boxes of a detector over an image, at each scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from tfd2l.data.info import choose_measured_split
from tfd2l.errors import ComponentError
from tfd2l.layers.anchor_boxes import AnchorBoxes
from tfd2l.ops.vision.anchors import count_anchors_per_pixel, generate_anchors
from tfd2l.plots.boxes_drawing import draw_boxes
from tfd2l.plots.figure import new_panels
from tfd2l.plots.image_grid import show_image
from tfd2l.plots.style import FILLS
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import BuiltRun, needs_split, requires

MOST = 16  # pixels each way, whose grid can still be seen
SHOWN = 2  # pixels each way, whose anchors are drawn


def _check(run: BuiltRun, options: Mapping[str, Any]) -> None:
    _require_anchors(run.model)
    split = options["split"] or choose_measured_split(run.data.sizes)
    _require_example(options["example"], split, run.data.sizes[split])


@requires(needs_split, _check)
def anchor_boxes(run: FinishedRun, split: str | None = None, example: int = 0) -> None:
    """Logs anchor boxes over an image, for some pixels of each feature map.

    Titles give the number of anchor boxes.

    Args:
        run: The finished run; supplied by the experiment.
        split: whose example; None: test, without it validation, else train.
        example: which of them.

    Raises:
        ComponentError: a model without anchor boxes, or a split of fewer examples.

    References:
        Sections 13.4.1 and 13.5.
    """
    scales = _require_anchors(run.trained)
    predictions = run.predict(split, example + 1)
    images, split = predictions.inputs[run.data.inputs[0]], predictions.split
    _require_example(example, split, len(images))
    image = images[example]
    figure, panels = new_panels(len(scales), 3.4, 3.7)
    total = 0
    for axes, layer in zip(panels, scales, strict=True):
        _, height, width, _ = layer.input.shape
        each = count_anchors_per_pixel(layer.sizes, layer.ratios)
        boxes = np.reshape(generate_anchors(height, width, layer.sizes, layer.ratios), (height, width, each, 4))
        total += height * width * each
        show_image(axes, image)
        if max(height, width) <= MOST:
            _grid(axes, image.shape[:2], height, width)
        colors = [to_rgb(FILLS[number % len(FILLS)]) for number in range(each)]
        for row in _spread(height):
            for column in _spread(width):
                draw_boxes(axes, boxes[row, column], image.shape[:2], colors)
        axes.set(xlim=(-0.5, image.shape[1] - 0.5), ylim=(image.shape[0] - 0.5, -0.5))
        sizes = ", ".join(f"{size:g}" for size in layer.sizes)
        axes.set_title(f"{height} x {width} pixels, {height * width * each} anchors\nsizes {sizes}", fontsize=8)
    figure.suptitle(f"Anchor boxes of some pixels at each scale; {total} together", fontsize=10)
    run.artifacts.log_figure(figure, "figures/anchor_boxes.png")


def _require_anchors(model: keras.Model) -> list[AnchorBoxes]:
    """The layers of anchor boxes, one at least."""
    scales = [layer for layer in model.layers if isinstance(layer, AnchorBoxes)]
    if not scales:
        raise ComponentError(
            "report.anchor_boxes draws the anchor boxes of a detector (tiny_ssd, ssd_resnet18). "
            f"Received: model {type(model).__name__} {model.name}"
        )
    return scales


def _require_example(example: int, split: str, size: int) -> None:
    if not 0 <= example < size:
        raise ComponentError(f"report.anchor_boxes: {split} has examples 0 to {size - 1}. Received: {example}")


def _spread(number: int) -> list[int]:
    """A few of so many pixels, evenly spread."""
    shown = min(SHOWN, number)
    return [int((place + 0.5) * number / shown) for place in range(shown)]


def _grid(axes: Axes, size: tuple[int, int], height: int, width: int) -> None:
    """The borders of a feature map's pixels."""
    axes.hlines(np.arange(1, height) * size[0] / height - 0.5, -0.5, size[1] - 0.5, color="white", lw=0.4, alpha=0.6)
    axes.vlines(np.arange(1, width) * size[1] / width - 0.5, -0.5, size[0] - 0.5, color="white", lw=0.4, alpha=0.6)
