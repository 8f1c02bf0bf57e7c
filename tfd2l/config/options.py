"""The options of a configuration group: YAML files, and every installed component of a kind with its defaults."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tfd2l import registry
from tfd2l.config.default_values import UNKNOWN
from tfd2l.config.parameter import Parameter, Signature
from tfd2l.config.paths import PIPELINE, conf_dir, pipeline_dir, plugin_conf_dirs
from tfd2l.config.schema import SECTION_OPTIONS, SUPPLIED, settings_entry
from tfd2l.config.signature import signature_without_import
from tfd2l.errors import ComponentError

# Values that a component shares with another one, unless its constructor has a default of its own.
SHARED: Mapping[tuple[str, str], str] = {("schedule", "learning_rate"): "${optimizer.learning_rate}"}
REQUIRED = "???"  # as OmegaConf writes a value that must be given


def option_files(group: str) -> dict[str, Path]:
    """Returns the YAML files of a group by option name, those of plugins included."""
    files: dict[str, Path] = {}
    own = pipeline_dir() if group == PIPELINE else conf_dir() / group
    for folder in [own, *(folder / group for folder in plugin_conf_dirs().values())]:
        for file in sorted(folder.glob("*.yaml")):
            files.setdefault(file.stem, file)
    return files


def group_names() -> list[str]:
    """Returns the names of all groups in order, the pipelines among them."""
    folders = [folder for root in (conf_dir(), *plugin_conf_dirs().values()) for folder in root.iterdir()]
    written = {folder.name for folder in folders if folder.is_dir() and folder.name != "hydra"}
    return sorted({PIPELINE, *registry.KINDS, *SECTION_OPTIONS, *written})


def option_names(group: str) -> list[str]:
    """Returns the names of all options of a group in order: of its files and of its components."""
    names = set(option_files(group)) | set(SECTION_OPTIONS.get(group, ()))
    if group in registry.KINDS:
        names |= {entry.name for entry in registry.entries(group)}
    return sorted(names)


def component_of(kind: str, option: str) -> str | None:
    """Returns the name of the component that an option stands for; None if its file does not say it."""
    files = option_files(kind)
    return option if option not in files else _named_in(option, files)


def option_signature(group: str, option: str) -> Signature | None:
    """Returns the signature of the component, or the section, that an option stands for; None if there is none."""
    if group in SECTION_OPTIONS:
        return signature_without_import(settings_entry(group))
    name = component_of(group, option) if group in registry.KINDS else None
    return None if name is None else _signature(group, name)


def complete(group: str, own: Mapping[str, Any]) -> dict[str, Any]:
    """Adds the defaults of the constructor to what an option of a group says itself.

    The source of the constructor is read, never imported: where it shows no signature, nothing is added.

    Args:
        group: A kind of component, or a section such as `trainer`.
        own: What the option says: the name of a component, and what differs from its defaults.

    Returns:
        All of it, in the order of the signature.
    """
    if group in SECTION_OPTIONS:
        return defaults_of(signature_without_import(settings_entry(group)), group) | dict(own)
    name = str(own["name"])
    return {"name": name} | defaults_of(_signature(group, name), group) | dict(own)


def _signature(kind: str, name: str) -> Signature | None:
    try:
        return signature_without_import(registry.find(kind, name))
    except ComponentError:
        return None  # the validation says why


def defaults_of(signature: Signature | None, kind: str) -> dict[str, Any]:
    """Returns the defaults of a signature that a configuration shows; `???` stands for what must be given.

    What the experiment supplies is left out, and what a base class of another package takes, such as Keras' `dtype`.
    """
    package = signature.module.partition(".")[0] if signature else ""
    return {
        parameter.name: _default(parameter, kind)
        for parameter in (signature.parameters if signature else ())
        if _is_shown(parameter, package) and _default(parameter, kind) is not UNKNOWN
    }


def _is_shown(parameter: Parameter, package: str) -> bool:
    return parameter.name not in {"name", *SUPPLIED} and parameter.module.partition(".")[0] in {"tfd2l", package}


def _default(parameter: Parameter, kind: str) -> Any:
    if parameter.default is not None:
        return parameter.value
    return SHARED.get((kind, parameter.name), REQUIRED)


def _named_in(option: str, files: Mapping[str, Path]) -> str | None:
    """Returns the name that a file says, or the option that it inherits."""
    tree = _load(files[option])
    if isinstance(tree.get("name"), str):
        return str(tree["name"])
    bases = [base for base in tree.get("defaults") or [] if isinstance(base, str) and base not in ("_self_", option)]
    return next((_named_in(base, files) if base in files else base for base in bases), None)


def _load(file: Path) -> dict[str, Any]:
    try:
        tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError:
        tree = None  # told when the option is chosen; here it names nothing
    return tree if isinstance(tree, dict) else {}
