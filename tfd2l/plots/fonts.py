"""Fonts for characters that the usual one lacks."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Collection
from functools import cache

from matplotlib.font_manager import FontEntry, fontManager, get_font

from tfd2l.plots.style import FONT

LISTED = 8  # characters that a message names
BOXES = "Last Resort"  # a font that has a box for every character

log = logging.getLogger("tfd2l")
_reported: set[str] = set()


@cache
def _characters(file: str) -> frozenset[str]:
    return frozenset(map(chr, get_font(file).get_charmap()))


@cache
def _fonts() -> dict[str, str]:
    """Family -> file of its upright, regular face."""
    regular = [e for e in fontManager.ttflist if e.style == "normal" and not e.name.startswith(BOXES)]

    def plainness(entry: FontEntry) -> tuple[bool, str]:
        return (entry.weight not in (400, "normal", "regular"), entry.fname)

    return {entry.name: entry.fname for entry in sorted(regular, key=plainness, reverse=True)}


def families_for(characters: Collection[str]) -> list[str]:
    """Returns the usual font, and those installed that have what it lacks.

    Characters that no font has are drawn as boxes, which is logged once for each.
    """
    families = [FONT]
    lacking = {character for character in characters if character != "\n"} - _characters(_fonts()[FONT])
    while lacking:
        family, found = max(
            ((name, lacking & _characters(file)) for name, file in sorted(_fonts().items())),
            key=lambda pair: len(pair[1]),
        )
        if not found:
            break
        families.append(family)
        lacking -= found
    _report(lacking - _reported)
    return families


def _report(missing: set[str]) -> None:
    if missing:
        _reported.update(missing)
        named = ", ".join(_named(character) for character in sorted(missing)[:LISTED])
        more = f" and {len(missing) - LISTED} more" if len(missing) > LISTED else ""
        log.warning(
            "figures: no font on this machine has %s%s; they are drawn as boxes. Install one that has them (Noto Sans "
            "CJK, Noto Emoji, ...)",
            named,
            more,
        )


def _named(character: str) -> str:
    name = unicodedata.name(character, "")
    return f"{character} (U+{ord(character):04X} {name})" if name else f"U+{ord(character):04X}"
