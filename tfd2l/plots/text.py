"""Text in figures: plain, or a formula."""

from __future__ import annotations

import re
import unicodedata

VISIBLE_CONTROLS = 0x2400  # Unicode's pictures of the control characters begin here
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
LONGEST_LABEL = 40  # letters


class Formula(str):
    """Text that matplotlib reads as mathtext.

    All other text is drawn as it is: names of classes, words and files may hold `$`, `_`, `^` or a backslash.
    """

    __slots__ = ()

    def __str__(self) -> Formula:  # matplotlib takes str() of what it is given: it stays a formula
        return self


def clean_text(text: str) -> str:
    """Returns text without characters that cannot be drawn: control characters become visible, invisible ones go.

    Line feeds stay. A formula is returned as it is.
    """
    if isinstance(text, Formula) or (text.isascii() and text.isprintable()):
        return text
    return "".join(map(_drawable, text.replace("\r\n", "\n")))


def _drawable(character: str) -> str:
    if character == "\n":
        return character
    if character == "\t":
        return " "
    kind = unicodedata.category(character)
    if kind == "Cc":
        return chr(VISIBLE_CONTROLS + ord(character)) if ord(character) < 32 else REPLACEMENT
    if kind == "Cs":  # half of a pair
        return REPLACEMENT
    return "" if kind == "Cf" or character in "\ufe0e\ufe0f" else character  # no width: they choose a form


def shorten(text: str, limit: int = LONGEST_LABEL) -> str:
    """Returns text in one line of at most so many letters, its middle replaced by an ellipsis."""
    text = re.sub(r"\s*\n\s*", " ", text)
    if len(text) <= limit:
        return text
    tail = (limit - 1) // 3
    return f"{text[: limit - 1 - tail]}…{text[len(text) - tail :]}"


SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def plain_number(text: str) -> str:
    r"""Returns a number in mathtext, as logarithmic axes have it, in plain text: `$\mathdefault{10^{-2}}$` is 10⁻²."""
    text = re.sub(r"\\mathdefault\{(.*)\}", r"\1", text.strip("$"))
    text = re.sub(r"\^\{?([-−\d.]+)\}?", lambda found: found[1].replace("−", "-").translate(SUPERSCRIPTS), text)
    return text.replace(r"\times", "×").replace("{", "").replace("}", "")
