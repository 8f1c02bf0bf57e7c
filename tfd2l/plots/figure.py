"""Figures whose text is plain and whose size is bounded."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.text import Text

from tfd2l.plots.fonts import families_for
from tfd2l.plots.style import DPI, FONT, figure_style
from tfd2l.plots.text import Formula, clean_text
from tfd2l.plots.ticks import use_plain_labels

MOST_PIXELS = 4000  # of a side of a saved figure
MOST_INCHES = MOST_PIXELS / DPI
MARGIN = 0.1  # inches around what is saved
MOST_COLUMNS = 3  # panels in a row
MOST_PANELS = 120  # axes in one figure


class PlotFigure(Figure):
    """A figure in the style of the project, outside of pyplot: nothing is left open, no setting of the user's counts.

    Text is drawn as it is, `$`, `_`, `^` and backslashes included; a `Formula` is drawn as mathtext. Characters that
    the usual font lacks are taken from another installed one.
    """

    def add_subplot(self, *args: Any, **kwargs: Any) -> Any:
        with figure_style():
            return super().add_subplot(*args, **kwargs)

    def add_axes(self, *args: Any, **kwargs: Any) -> Any:
        with figure_style():
            return super().add_axes(*args, **kwargs)

    def colorbar(self, *args: Any, **kwargs: Any) -> Any:
        with figure_style():
            return super().colorbar(*args, **kwargs)

    def draw(self, renderer: RendererBase) -> None:
        with figure_style(self._prepare_text()), ignored_glyph_warnings():
            super().draw(renderer)

    def savefig(self, *args: Any, **kwargs: Any) -> None:
        with figure_style():
            super().savefig(*args, **kwargs)

    def _prepare_text(self) -> Sequence[str]:
        """Makes all text plain or mathtext, as its type says, and returns the fonts that it needs."""
        for axis in self.findobj(Axis):
            use_plain_labels(axis)
        texts: list[Text] = self.findobj(Text)
        for text in texts:
            written = clean_text(text.get_text())
            text.set_text(written)
            text.set_usetex(False)
            text.set_parse_math(isinstance(written, Formula))
        families = families_for({character for text in texts for character in text.get_text()})
        if families != [FONT]:
            for text in texts:
                text.set_fontfamily(families)
        return families


@contextmanager
def ignored_glyph_warnings() -> Iterator[None]:
    """Silences matplotlib's warning for each missing glyph and drawing; `families_for` has logged them once."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font")
        yield


def new_figure(width: float, height: float, **options: Any) -> PlotFigure:
    """Makes a figure of a size in inches, each side bounded so that no more than 4000 pixels are saved.

    Args:
        width: in inches.
        height: in inches.
        options: of matplotlib's `Figure`; the layout is `constrained` by default.
    """
    size = (min(width, MOST_INCHES), min(height, MOST_INCHES))
    with figure_style():
        return PlotFigure(figsize=size, **{"layout": "constrained", **options})


def new_panels(
    count: int, width: float, height: float, *, max_columns: int = MOST_COLUMNS, **options: Any
) -> tuple[PlotFigure, list[Axes]]:
    """Makes a figure of several panels, at most so many in a row.

    Args:
        count: of panels, at most `MOST_PANELS`.
        width: of a panel, in inches.
        height: of a panel, in inches.
        max_columns: panels in a row.
        options: of the figure.

    Returns:
        The figure, and its panels row by row. Cells of the last row that no panel needs are left empty.

    Raises:
        ValueError: a number of panels outside of 1 to `MOST_PANELS`.
    """
    if not 1 <= count <= MOST_PANELS:
        raise ValueError(f"A figure has 1 to {MOST_PANELS} panels. Received: count={count}")
    rows, columns = grid_shape(count, max_columns)
    figure = new_figure(columns * width, rows * height, **options)
    axes = list(np.ravel(figure.subplots(rows, columns, squeeze=False)))
    for empty in axes[count:]:
        empty.remove()
    return figure, axes[:count]


def grid_shape(count: int, max_columns: int = MOST_COLUMNS) -> tuple[int, int]:
    """Returns rows and columns of so many panels: few rows, filled evenly (four are two by two)."""
    rows = math.ceil(count / max_columns)
    return rows, math.ceil(count / rows)


def save_figure(figure: Figure, file: Path, dpi: float = DPI) -> None:
    """Writes a figure, cut to what is drawn, with at most 4000 pixels a side.

    Args:
        figure: of any kind; one that is no `PlotFigure` keeps its own settings.
        file: whose suffix names the format.
        dpi: pixels an inch, fewer where the figure is too large for them.

    Raises:
        OSError: the file cannot be written.
        ValueError: a format that matplotlib does not know.
    """
    figure.draw_without_rendering()
    with ignored_glyph_warnings():
        box = figure.get_tightbbox().padded(MARGIN)
    layout = figure.get_layout_engine()
    figure.set_layout_engine("none")  # it is laid out: once more would move what the box was taken from
    try:
        figure.savefig(file, bbox_inches=box, dpi=min(dpi, MOST_PIXELS / max(box.width, box.height)))
    finally:
        figure.set_layout_engine(layout)
