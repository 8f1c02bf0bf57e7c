"""Which configuration files name a component, and which experiments use it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from tfd2l.config.hydra_compose import CONFIG_NAME, RAISED, composed
from tfd2l.config.options import component_of, option_files
from tfd2l.config.paths import conf_dir
from tfd2l.config.schema import components


def config_files(kind: str, name: str) -> list[Path]:
    """The options of a kind's config group of the component, named by themselves or by the option they inherit."""
    return [file for option, file in option_files(kind).items() if component_of(kind, option) == name]


def experiments_using(kind: str, name: str) -> list[str]:
    """Names of the experiments that use the component, as Hydra composes them."""
    words = {name, *(file.stem for file in config_files(kind, name))}
    files = option_files("experiment")
    # Composing all of them takes seconds: those that nowhere say the component's name, or an option's, are left out.
    texts = {experiment: _text(file) for experiment, file in files.items()}
    base = _text(conf_dir() / f"{CONFIG_NAME}.yaml")
    told = {experiment: base + _with_ancestors(experiment, texts) for experiment in texts}
    said = [experiment for experiment, text in told.items() if any(word in text for word in words)]
    return sorted(experiment for experiment in said if (kind, name) in _used(experiment))


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


def _used(experiment: str) -> set[tuple[str, str]]:
    """(kind, name) of the components of an experiment."""
    try:
        tree: Any = OmegaConf.to_container(composed([f"+experiment={experiment}"]), resolve=False)
    except RAISED:
        return set()  # told when it is chosen; here it uses nothing
    return {(kind, component.get("name", "")) for _, kind, component in components(tree)}
