"""The option files that a configuration is composed of, in the order in which Hydra merges them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from tfd2l.config.hydra_compose import COMPOSITION_ERRORS, CONFIG_NAME, compose_raw, expand_override, own_hydra

MISSING = object()
SEARCH_PATH = "hydra.searchpath="  # how `--config-dir` is passed on


@dataclass(frozen=True, eq=False)
class Layer:
    """One option file.

    Args:
        group, option: its config group and its name: `experiment`, `nli_bert`.
        package: where its keys stand; empty for the root.
        tree: its own keys, not resolved.
    """

    group: str
    option: str
    package: str
    tree: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.group} {self.option}"

    def value(self, path: str) -> Any:
        """Returns the value that the file sets at a path; MISSING if it sets none."""
        inside = f"{self.package}." if self.package else ""
        return value_at(self.tree, path.removeprefix(inside)) if path.startswith(inside) else MISSING

    def alone(self, search_path: Sequence[str] = ()) -> DictConfig | None:
        """Composes the configuration with this option alone, as its author did; None if Hydra cannot compose it."""
        key = self.group if self.package in ("", self.group.replace("/", ".")) else f"{self.group}@{self.package}"
        for sign in ("+", ""):  # a group that the root has in its defaults is chosen without a plus
            try:
                return compose_raw([*search_path, f"{sign}{key}={self.option}"])
            except COMPOSITION_ERRORS:
                continue
        return None


def list_layers(overrides: Sequence[str]) -> list[Layer]:
    """Returns the option files of a command line that can be composed; what is merged last comes first."""
    with own_hydra() as hydra:
        loader: Any = hydra.config_loader()
        merged = loader.compute_defaults_list(CONFIG_NAME, list(map(expand_override, overrides)), RunMode.RUN).defaults
        repository = loader.repository
        found = []
        for one in reversed(merged):
            group, _, option = (one.config_path or "").rpartition("/")
            if not group or group.startswith("hydra"):
                continue
            loaded = repository.load_config(one.config_path)
            tree: Any = OmegaConf.to_container(loaded.config, resolve=False) if loaded else {}
            found.append(Layer(group, option, one.package or "", tree))
    return found


def value_at(node: object, path: str) -> Any:
    """Returns the value at a dotted path of plain data; MISSING where there is none."""
    for key in path.split("."):
        if not isinstance(node, Mapping) or key not in node:
            return MISSING
        node = node[key]
    return node
