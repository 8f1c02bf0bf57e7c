"""Legends with labels of any text and a bounded number of entries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.patches import Patch

from tfd2l.plots.style import figure_style
from tfd2l.plots.text import shorten

MOST_ENTRIES = 24


def add_legend(
    target: Axes | Figure,
    handles: Sequence[Artist],
    labels: Sequence[str],
    *,
    max_entries: int = MOST_ENTRIES,
    **options: Any,
) -> Legend:
    """Adds a legend of all labels, those that start with an underscore too, which matplotlib would leave out.

    Args:
        target: an axes, or a figure.
        handles: what each label is about.
        labels: one a handle; long ones are shortened.
        max_entries: of more, the first are shown, and how many there are besides.
        options: of matplotlib's `legend`.
    """
    for handle, label in zip(handles, labels, strict=True):
        handle.set_label(label)
    shown = [shorten(label) for label in labels[:max_entries]]
    drawn = list(handles[:max_entries])
    if len(labels) > max_entries:
        shown.append(f"and {len(labels) - max_entries} more")
        drawn.append(Patch(alpha=0))
    with figure_style():
        legend = target.legend(drawn, [str(number) for number in range(len(shown))], **options)
    for text, label in zip(legend.get_texts(), shown, strict=True):
        text.set_text(label)
    return legend
