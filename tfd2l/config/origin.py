"""Where a configured value came from: the command line, or a line of a YAML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException

from tfd2l.config.options import option_files, option_signature
from tfd2l.config.parameter import Parameter
from tfd2l.config.paths import conf_dir

COMMAND_LINE = "command line"
LONGEST = 80  # characters of a value that an error shows


@dataclass(frozen=True)
class Origin:
    """The overrides and the chosen option of every config group of one composition.

    Args:
        overrides: as typed: `key=value`, `+key=value`, `~key`.
        choices: group, or `group@package`, -> option; what is merged last comes first.
        places: override -> how it was given, and where; needed for what does not stand on the command line as it is.
    """

    overrides: Sequence[str] = ()
    choices: Mapping[str, str | None] = field(default_factory=dict)
    places: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def of(self, path: str, value: object) -> str:
        """`Received: ...` with its source, for the end of an error."""
        exact = [override for override in self.overrides if _key(override) == path]
        if exact:
            return self.received(exact[-1])
        typed = self._typed(path)
        given, where = self._place(typed) if typed else ("", "")
        place = f"{where}: {given}" if typed else self._file(path)
        return f"Received: {path}={_format_value(value)}" + (f" ({place})" if place else "")

    def received(self, override: str) -> str:
        """`Received: ...` for an override."""
        given, where = self._place(override)
        return f"Received: {given} ({where})"

    def place_of(self, override: str) -> str:
        """Returns where an override stands."""
        return self._place(override)[1]

    def is_typed(self, path: str) -> bool:
        """True if the command line sets the value, or something inside it."""
        typed = [override for override in self.overrides if self.place_of(override) == COMMAND_LINE]
        return any(_key(one) == path or _key(one).startswith(f"{path}.") or _sets_inside(one, path) for one in typed)

    def _place(self, override: str) -> tuple[str, str]:
        return self.places.get(override, (override, COMMAND_LINE))

    def _typed(self, path: str) -> str | None:
        """The override that set what is above the value, the nearest to it; else one that set something inside it."""
        setting = [override for override in self.overrides if not self._chooses(override)]
        above = [override for override in setting if path.startswith(f"{_key(override)}.")]
        inside = [override for override in setting if _key(override).startswith(f"{path}.")]
        return max(above, key=lambda override: len(_key(override)), default=next(iter(inside), None))

    def _chooses(self, override: str) -> bool:
        """True for an override that chooses an option: its file is where the values came from."""
        return _key(override) in self.choices and "={" not in override

    def _file(self, path: str) -> str | None:
        """Returns file and line that set a value: of an option, of the signature of its component, or of the root."""
        for key, option in self.choices.items():
            group, _, package = key.partition("@")
            package = package or group.replace("/", ".")
            file = option_files(group).get(str(option))
            line = _line_of(file, path, package) if file else None
            if line:
                return f"{file}:{line}"
            parameter = _parameter_of(group, str(option), path.removeprefix(f"{package}."))
            if parameter and path.startswith(f"{package}."):
                return f"{parameter.file}:{parameter.line}"
        root = conf_dir() / "config.yaml"
        line = _line_of(root, path, "")
        return f"{root}:{line}" if line else None


def _parameter_of(group: str, option: str, name: str) -> Parameter | None:
    """Returns the parameter of the component, or the section, that an option stands for."""
    signature = option_signature(group, option)
    return signature[name] if signature is not None and name in signature.names and signature[name].file else None


def _key(override: str) -> str:
    return override.lstrip("+~").partition("=")[0]


def _sets_inside(override: str, path: str) -> bool:
    """True for `optimizer={learning_rate: 1}` of `optimizer.learning_rate`."""
    key = _key(override)
    if not path.startswith(f"{key}."):
        return False
    try:
        node: Any = OverridesParser.create().parse_override(override).value()
    except HydraException:
        return False
    for part in path.removeprefix(f"{key}.").split("."):
        if not isinstance(node, Mapping) or part not in node:
            return False
        node = node[part]
    return True


def _line_of(file: Path, path: str, package: str) -> int | None:
    """The line where an option file sets a key; its own keys stand under the package, unless it is global."""
    text = file.read_text(encoding="utf-8")
    if "@package _global_" in text.partition("\n")[0]:
        package = ""
    if package and not path.startswith(f"{package}."):
        return None
    node, line = yaml.compose(text), None
    for key in path.removeprefix(f"{package}." if package else "").split("."):
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        found = [(name, value) for name, value in pairs if name.value == key]
        if not found:
            return None
        line, node = found[-1][0].start_mark.line + 1, found[-1][1]
    return line


def _format_value(value: object) -> str:
    text = "null" if value is None else repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
