"""What a constructor takes, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tfd2l.config import types
from tfd2l.config.default_values import UNKNOWN


@dataclass(frozen=True)
class Parameter:
    """One keyword of a constructor.

    Args:
        name: The keyword.
        annotation: Its type as source text; None if it has none.
        default: Its default as source text; None if it has none.
        value: Its default as plain data; `UNKNOWN` if it has none, or if the source does not show it.
        module: The module whose source holds it; empty if the component had to be imported.
        file: The file of that module.
        line: The line in that file.
    """

    name: str
    annotation: str | None
    default: str | None
    value: Any = field(default=UNKNOWN, compare=False)
    module: str = field(default="", compare=False)
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    def __str__(self) -> str:
        text = self.name + (f": {types.format_annotation(self.annotation)}" if self.annotation else "")
        return text if self.default is None else f"{text} = {self.default}"


@dataclass(frozen=True)
class Signature:
    """What a component's constructor takes, and where it stands."""

    parameters: tuple[Parameter, ...]
    open: bool  # takes any further keyword
    docstring: str | None
    file: str
    line: int
    module: str

    def __getitem__(self, name: str) -> Parameter:
        return next(parameter for parameter in self.parameters if parameter.name == name)

    @property
    def names(self) -> list[str]:
        """The names of all parameters, in order."""
        return [parameter.name for parameter in self.parameters]
