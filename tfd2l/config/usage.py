"""Which configuration files name a component, and which experiments use it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from tfd2l.config.hydra_compose import COMPOSITION_ERRORS, CONFIG_NAME, compose_raw
from tfd2l.config.options import component_of, option_files
from tfd2l.config.paths import conf_dir, plugin_conf_dirs
from tfd2l.config.schema import components
from tfd2l.config.source_cache import source_cache

CACHE_KEY = "components of experiments"


def find_config_files(kind: str, name: str) -> list[Path]:
    """The options of a kind's config group of the component, named by themselves or by the option they inherit."""
    return [file for option, file in option_files(kind).items() if component_of(kind, option) == name]


def find_experiments_using(kind: str, name: str) -> list[str]:
    """Returns the names of the experiments that use the component, as Hydra composes them."""
    words = {name, *(file.stem for file in find_config_files(kind, name))}
    files = option_files("experiment")
    # Composing all of them takes seconds: those that nowhere say the component's name, or an option's, are left out.
    texts = {experiment: _text(file) for experiment, file in files.items()}
    base = _text(conf_dir() / f"{CONFIG_NAME}.yaml")
    whole = {experiment: base + _with_ancestors(experiment, texts) for experiment in texts}
    candidates = [experiment for experiment, text in whole.items() if any(word in text for word in words)]
    return sorted(experiment for experiment, used in _components(candidates).items() if [kind, name] in used)


def _components(experiments: Sequence[str]) -> dict[str, list[list[str]]]:
    """Returns kind and name of each component of each experiment; kept until a file of configuration changes."""
    files = sorted(file for folder in (conf_dir(), *plugin_conf_dirs().values()) for file in folder.rglob("*.yaml"))
    known: dict[str, list[list[str]]] = source_cache().recall(CACHE_KEY, files) or {}
    added = {name: used for name in experiments if name not in known and (used := _compose(name)) is not None}
    if added:
        known = known | added
        source_cache().remember(CACHE_KEY, files, known, list_files=False)
    return {experiment: known.get(experiment, []) for experiment in experiments}


def _with_ancestors(experiment: str, texts: Mapping[str, str]) -> str:
    """Its text and that of every experiment that it mentions, or that these mention."""
    seen, ahead = {experiment}, [experiment]
    while ahead:
        text = texts[ahead.pop()]
        mentioned = {other for other in texts if other in text} - seen
        seen |= mentioned
        ahead += mentioned
    return "".join(texts[name] for name in seen)


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def _compose(experiment: str) -> list[list[str]] | None:
    """Returns kind and name of each component of an experiment; None if it cannot be composed."""
    try:
        tree: Any = OmegaConf.to_container(compose_raw([f"+experiment={experiment}"]), resolve=False)
    except COMPOSITION_ERRORS:
        return None  # it is an error when the experiment is chosen; here it uses nothing
    return [[kind, component.get("name", "")] for _, kind, component in components(tree)]
