"""Models of earlier runs."""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import keras

from tfd2l import registry
from tfd2l.artifacts import run_artifact

CHECKPOINT_ARTIFACT = "checkpoint/model.keras"


def load_run_model(run_id: str) -> keras.Model:
    """Loads the Keras model of an earlier run, as it was after training.

    Args:
        run_id: Id of a run of the current MLflow store.

    Raises:
        TrackingError: There is no such run, or it kept no model.
    """
    return load_model_file(run_artifact(run_id, CHECKPOINT_ARTIFACT))


def load_model_file(file: Path) -> keras.Model:
    """Loads the Keras model in a .keras file.

    Its classes may be those of any package that has components. A class whose module has moved since the file was
    written is searched in the whole package.

    Args:
        file: File that `keras.Model.save` has written.
    """
    with zipfile.ZipFile(file) as packed:
        config = json.loads(packed.read("config.json"))
    packages = {entry.module.partition(".")[0] for kind in registry.KINDS for entry in registry.entries(kind)}
    for module, registered_name in set(_classes(config)):
        if module.partition(".")[0] in packages:  # no other: a file may name any module
            _import_class(module, registered_name)
    return keras.models.load_model(file, compile=False)


def _classes(config: object) -> Iterator[tuple[str, str]]:
    """Every (module, registered name) that a configuration of Keras holds; the name may be empty."""
    if isinstance(config, dict):
        if isinstance(config.get("module"), str):
            yield config["module"], str(config.get("registered_name") or "")
        config = list(config.values())
    if isinstance(config, list):
        for part in config:
            yield from _classes(part)


def _import_class(module: str, registered_name: str) -> None:
    """Imports what registers a class with Keras; Keras itself reports a class that it does not find."""
    with suppress(ModuleNotFoundError):
        importlib.import_module(module)
    if registered_name and keras.saving.get_registered_object(registered_name) is None:
        for moved in _modules_defining(registered_name.rpartition(">")[2], module.partition(".")[0]):
            importlib.import_module(moved)


def _modules_defining(class_name: str, package: str) -> Iterator[str]:
    """The modules of a package whose source defines a class of this name; nothing is imported."""
    definition = re.compile(rf"^class {re.escape(class_name)}\b", re.MULTILINE)
    spec = importlib.util.find_spec(package)
    for folder in map(Path, (spec.submodule_search_locations or []) if spec else []):
        for source in folder.rglob("*.py"):
            if definition.search(source.read_text(encoding="utf-8")):
                yield ".".join((package, *source.relative_to(folder).with_suffix("").parts))
