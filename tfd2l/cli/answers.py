"""What a model answers, for a person to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

LONGEST = 20  # numbers of a vector that are shown
NAME = 14  # letters
MEANING = {"boxes": "boxes: x_min, y_min, x_max, y_max as shares of the image"}  # of names that do not say it


def format_answer(answer: Mapping[str, Any]) -> str:
    """Single values, a line each; then what belongs together (names, their scores, their boxes), a line an item.

    Of long vectors the beginning is shown, of tables of numbers (a mask, say) the size. Items whose name is empty only
    fill up, and are left out.
    """
    items = _items(answer)
    lines = [f"{name:{NAME}} {_value(value)}" for name, value in sorted(answer.items()) if name not in items]
    if items:
        cells = [
            [MEANING.get(name, name) for name in items],
            *([_value(value) for value in row] for row in zip(*items.values(), strict=True) if all(row)),
        ]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines += [
            "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
        ]
    return "\n".join(lines)


def _items(answer: Mapping[str, Any]) -> dict[str, Sequence[Any]]:
    """The lists of one length, if some hold text and others do not: text first."""
    lists = {name: value for name, value in sorted(answer.items()) if isinstance(value, list) and value}
    texts = {name: value for name, value in lists.items() if isinstance(value[0], str)}
    length = {len(value) for value in texts.values()}
    if len(length) != 1:
        return {}
    rest = {name: value for name, value in lists.items() if name not in texts and {len(value)} == length}
    flat = dict(sorted(rest.items(), key=lambda item: isinstance(item[1][0], list)))
    return {**texts, **flat} if rest else {}


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4f}"
    if not isinstance(value, list):
        return str(value)
    if value and isinstance(value[0], list):
        return f"{len(value)} x {len(value[0])} numbers; --json gives all"
    long = len(value) > LONGEST and not isinstance(value[0], str)
    told = "  ".join(map(_value, value[:LONGEST] if long else value))
    return f"{told}  ... ({len(value)} numbers; --json gives all)" if long else told
