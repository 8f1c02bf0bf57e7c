"""Logs the images and losses of style transfer."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf
from matplotlib.figure import Figure

from tfd2l.data.facts.style_images import StyleImages
from tfd2l.errors import ComponentError
from tfd2l.models.base.protocols import HasStyledImage, require_model
from tfd2l.models.style.model import LOSSES
from tfd2l.plots.figure import new_figure
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import needs_at_least_1, needs_model, requires
from tfd2l.temporary import temporary_prefix

COLUMNS = 4
ROUNDING = 1e-6  # of a loss


@requires(needs_at_least_1("most"), needs_model(HasStyledImage))
def style_images(run: FinishedRun, most: int = 10) -> dict[str, float]:
    """Logs content, style and the trained image at several steps, the three losses, and `images/image.png`.

    The model keeps an image every `model.keep_every` steps. A table holds the losses (weighted, as they are added up)
    at those steps and at the last one.

    Args:
        run: The finished run; supplied by the experiment.
        most: images that are drawn, the last one included; of more, every second, third, ...

    Returns:
        `style/content`, `style/style`, `style/total_variation`: the losses at the last step.

    Raises:
        ComponentError: the model is not `style_transfer`, or a number below 1.
    """
    if most < 1:
        raise ComponentError(f"report.style_images draws one image or more. Received: most={most}")
    model = require_model(run.trained, HasStyledImage, "report.style_images")
    steps = int(model.steps)
    kept = range(0, steps, model.keep_every)
    images = {step: np.asarray(model.kept_images)[place] for place, step in enumerate(kept)} | {steps: model.to_bytes()}
    losses = np.asarray(model.losses_of_steps)[:steps]  # (steps, 3)
    run.artifacts.log_figure(_draw_images(run, images, most), "figures/style_images.png")
    run.artifacts.log_figure(_draw_losses(losses), "figures/style_losses.png")
    logged = list(dict.fromkeys((*kept, steps - 1)))
    columns = {name: [float(value) for value in of[logged]] for name, of in zip(LOSSES, losses.T, strict=True)}
    run.artifacts.log_table({"step": logged, **columns}, "tables/style_losses.json")
    with tempfile.TemporaryDirectory(prefix=temporary_prefix()) as folder:
        tf.io.write_file(str(Path(folder, "image.png")), tf.io.encode_png(images[steps]))
        run.artifacts.log_folder(Path(folder), "images")
    return {f"style/{name}".replace(" ", "_"): column[-1] for name, column in columns.items()}


def _draw_images(run: FinishedRun, images: dict[int, np.ndarray], most: int) -> Figure:
    shown = [(name, getattr(run.data.fact(StyleImages), name)) for name in ("content", "style")]
    later = [(f"after {step} steps", image) for step, image in images.items() if step]  # at step 0 it is the content
    shown += later[:: -max(-(-len(later) // most), 1)][::-1]
    rows = -(-len(shown) // COLUMNS)
    height, width = images[0].shape[:2]
    figure = new_figure(3.4 * COLUMNS, (3.4 * height / width + 0.3) * rows)
    grid = figure.subplots(rows, COLUMNS, squeeze=False).flat
    for axes in grid:
        axes.axis("off")
    for axes, (title, image) in zip(figure.axes, shown, strict=False):
        axes.imshow(image)
        axes.set_title(title, fontsize=11)
    return figure


def _draw_losses(losses: np.ndarray) -> Figure:
    figure = new_figure(6.4, 4)
    axes = figure.subplots()
    steps = np.arange(len(losses))
    for name, of in zip((*LOSSES, "sum"), (*losses.T, losses.sum(axis=1)), strict=True):
        above = of > ROUNDING * of.max(initial=0)  # the content's loss starts at 0, but for that
        axes.plot(steps[above], of[above], label=name, color="black" if name == "sum" else None, linewidth=1.2)
    axes.set(xlabel="step", ylabel="loss, times its weight", yscale="log")
    axes.grid(alpha=0.3)
    axes.legend()
    return figure
