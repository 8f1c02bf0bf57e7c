"""A model's answer drawn over the image it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tfd2l.errors import ConfigError

LEAST_SCORE = 0.5
WIDTH = 8  # inches
LEGEND = 6  # classes in a line


def save_picture(file: Path, image: np.ndarray, answer: Mapping[str, Any], class_names: Sequence[str]) -> str:
    """Draws boxes with a score of 0.5 or more, or a mask with its legend, over an image.

    Args:
        file: to write, in a format that its ending names (.png, .pdf, ...).
        image: (height, width, channels) uint8.
        answer: of a model whose decoder is `detections` or `segmentation`.
        class_names: in the order of their numbers.

    Returns:
        What is drawn, in words.

    Raises:
        ConfigError: an answer without boxes or a mask, or a file that cannot be written.
    """
    from matplotlib.patches import Patch

    from tfd2l.ops.vision.pixels import resize_masks
    from tfd2l.plots.boxes_drawing import class_color, draw_boxes
    from tfd2l.plots.figure import new_figure, save_figure
    from tfd2l.plots.image_grid import show_image
    from tfd2l.plots.legend import add_legend
    from tfd2l.plots.mask_drawing import is_background, mask_colors, mask_over
    from tfd2l.plots.style import DPI

    if not {"boxes", "mask"} & set(answer):
        raise ConfigError(
            f"--picture draws boxes or a mask; this model answers with {', '.join(sorted(answer))}. "
            f"Received: --picture {file}"
        )
    drawn = "the mask"
    height, width = image.shape[:2]
    figure = new_figure(WIDTH, WIDTH * height / width + 0.6)
    axes = figure.subplots()
    if "mask" in answer:
        mask = resize_masks(np.array(answer["mask"], np.uint8), (height, width)).numpy()
        show_image(axes, mask_over(image, mask, class_names))
        colors = mask_colors(len(class_names)) / 255
        there = [number for number in np.unique(mask) if not is_background(class_names[number])]
        patches = [Patch(facecolor=colors[number]) for number in there]
        names = [class_names[number] for number in there]
        columns = max(1, min(len(patches), LEGEND))
        add_legend(figure, patches, names, loc="outside lower center", ncols=columns, frameon=False)
    else:
        show_image(axes, image)
        found = [
            (box, label, score)
            for box, label, score in zip(answer["boxes"], answer["labels"], answer["scores"], strict=True)
            if label and score >= LEAST_SCORE
        ]
        drawn = f"{len(found)} boxes, those with a score from {LEAST_SCORE} on"
        draw_boxes(
            axes,
            [box for box, _, _ in found],
            (height, width),
            [class_color(class_names.index(label)) for _, label, _ in found],
            [f"{label} {score:.2f}" for _, label, score in found],
        )
    try:
        save_figure(figure, file, DPI)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{file}: cannot be written: {error}. Received: --picture {file}") from error
    return drawn
