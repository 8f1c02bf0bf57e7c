"""A mistake in a configuration, and the error that tells one or several of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tfd2l.errors import ConfigError

LONG_WORD = re.compile(r"(\S{200})\S{50,}")  # too long to be read: its beginning is enough


@dataclass(frozen=True)
class Problem:
    """A mistake: its path in the configuration, and the sentences that explain it."""

    path: str
    text: str

    def __str__(self) -> str:
        return LONG_WORD.sub(lambda found: f"{found[1]}...", escape_line(f"{self.path}: {self.text}"))


def escape_line(text: str) -> str:
    """Returns a user's text on one line: line ends and what else cannot be printed become escapes."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


def refuse(found: Sequence[Problem]) -> None:
    """Raises a `ConfigError` that lists every mistake, if there is one."""
    if found:
        raise ConfigError(format_problems(found))


def format_problems(found: Sequence[Problem]) -> str:
    """Returns one paragraph: the mistake, or a line for each of several."""
    if len(found) == 1:
        return str(found[0])
    return "\n".join([f"{len(found)} mistakes in the configuration", *(f"  {problem}" for problem in found)])
