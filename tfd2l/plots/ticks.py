"""Tick labels in plain text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axis import Axis
from matplotlib.ticker import FixedFormatter, Formatter, FuncFormatter, LogFormatterMathtext

from tfd2l.plots.text import clean_text, plain_number


class PlainFormatter(Formatter):
    """What another formatter says, without mathtext of its own and with text of users made drawable."""

    def __init__(self, other: Formatter) -> None:
        self.other = other
        self.plain = plain_number if isinstance(other, LogFormatterMathtext) else clean_text

    def set_axis(self, axis: Any) -> None:
        super().set_axis(axis)
        self.other.set_axis(axis)

    def set_locs(self, locs: Sequence[float]) -> None:
        super().set_locs(list(locs))
        self.other.set_locs(list(locs))

    def __call__(self, x: float, pos: int | None = None) -> str:
        return self.plain(self.other(x, pos))


def use_plain_labels(axis: Axis) -> None:
    """Makes an axis label its ticks in plain text: powers of ten in Unicode, names as they are."""
    for get, put in (
        (axis.get_major_formatter, axis.set_major_formatter),
        (axis.get_minor_formatter, axis.set_minor_formatter),
    ):
        formatter = get()
        if isinstance(formatter, (LogFormatterMathtext, FixedFormatter, FuncFormatter)):
            put(PlainFormatter(formatter))
