"""Which configuration files name a component, and which experiments use it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tfd2l.config.check import MANY
from tfd2l.config.paths import option_files


def config_files(kind: str, name: str) -> list[Path]:
    """The options of a kind's config group that name the component."""
    return [file for file in option_files(kind).values() if _load(file).get("name") == name]


def experiments_using(kind: str, name: str) -> list[str]:
    """Names of the experiments that use the component, by an option of its group or in a list of their own."""
    options = {(kind, file.stem) for file in config_files(kind, name)}
    using = []
    for experiment, file in option_files("experiment").items():
        tree = _load(file)
        by_option = not options.isdisjoint(_defaults(tree))
        if by_option or any(component.get("name") == name for component in _inline(tree, kind)):
            using.append(experiment)
    return sorted(using)


def _defaults(tree: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for item in tree.get("defaults", []):
        for key, option in item.items() if isinstance(item, dict) else ():
            yield key.removeprefix("override ").strip().lstrip("/").partition("@")[0], str(option)


def _inline(tree: dict[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    groups = [group for group, of in MANY.items() if of == kind]
    for group in groups:
        yield from (c for c in (tree.get(group) or {}).values() if isinstance(c, dict))
    if isinstance(tree.get(kind), dict):
        yield tree[kind]


def _load(file: Path) -> dict[str, Any]:
    try:
        tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError:
        tree = None  # told when the option is chosen; here it uses nothing
    return tree if isinstance(tree, dict) else {}
