"""The style of all figures: colours that colour-blind eyes tell apart, with line styles and markers beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import matplotlib.style
from cycler import cycler

# Okabe and Ito 2008, "Color Universal Design".
BLUE, VERMILLION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
PURPLE, SKY, YELLOW, BLACK = "#CC79A7", "#56B4E9", "#F0E442", "#000000"
GREY = "#595959"

COLORS = (BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY, GREY)  # of lines: yellow is too light on white
FILLS = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION, YELLOW, GREY)  # of areas and boxes
LINES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "*", "<")
DISTINCT = len(COLORS) * len(LINES)  # pairs of a colour and a line style

DPI = 120  # pixels an inch of what is saved
FONT = "DejaVu Sans"  # comes with matplotlib


def series_style(index: int, *, marker: bool = True) -> dict[str, Any]:
    """Returns the colour, the line style and the marker of one of several lines in an axes.

    Args:
        index: of the line, from 0 up.
        marker: whether points are marked; long curves are not.
    """
    style = {"color": COLORS[index % len(COLORS)], "linestyle": LINES[index % len(LINES)]}
    return {**style, "marker": MARKERS[index % len(MARKERS)]} if marker else style


STYLE = {
    "axes.prop_cycle": cycler(
        color=[series_style(index)["color"] for index in range(DISTINCT)],
        linestyle=[series_style(index)["linestyle"] for index in range(DISTINCT)],
    ),
    "font.family": [FONT],
    "text.parse_math": False,  # a dollar in a class name is a dollar; see `Formula`
    "text.usetex": False,
    "axes.unicode_minus": True,
    "lines.markersize": 5.0,
    "legend.framealpha": 0.8,
}


@contextmanager
def figure_style(families: Sequence[str] = (FONT,)) -> Iterator[None]:
    """Applies the style to what is drawn inside, whatever the user's matplotlib settings are; restores them after it.

    Args:
        families: fonts, the first that has a character draws it.
    """
    with matplotlib.style.context([STYLE], after_reset=True):
        mpl.rcParams["font.family"] = list(families)
        yield
