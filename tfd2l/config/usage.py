"""Which configuration files name a component, and which experiments use it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from tfd2l.config.check import components
from tfd2l.config.hydra_compose import composed
from tfd2l.config.paths import option_files


def config_files(kind: str, name: str) -> list[Path]:
    """The options of a kind's config group of the component, named by themselves or by the option they inherit."""
    options = option_files(kind)
    return [file for option, file in options.items() if _name(option, options) == name]


def experiments_using(kind: str, name: str) -> list[str]:
    """Names of the experiments that use the component, as Hydra composes them."""
    return sorted(e for e in option_files("experiment") if (kind, name) in _used(e))


def _used(experiment: str) -> set[tuple[str, str]]:
    """(kind, name) of the components of an experiment."""
    try:
        tree: Any = OmegaConf.to_container(composed([f"+experiment={experiment}"]), resolve=False)
    except (HydraException, OmegaConfBaseException, yaml.YAMLError):
        return set()  # told when it is chosen; here it uses nothing
    return {(kind, component.get("name", "")) for _, kind, component in components(tree)}


def _name(option: str, options: dict[str, Path]) -> str | None:
    tree = _load(options[option])
    bases = [item for item in tree.get("defaults") or [] if isinstance(item, str) and item in options]
    return tree.get("name") or next((_name(base, options) for base in bases if base != option), None)


def _load(file: Path) -> dict[str, Any]:
    try:
        tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError:
        tree = None  # told when the option is chosen; here it names nothing
    return tree if isinstance(tree, dict) else {}
