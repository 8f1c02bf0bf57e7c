"""The model that an earlier run kept."""

from __future__ import annotations

import importlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import keras

from tfd2l import registry
from tfd2l.artifacts import run_artifact

CHECKPOINT_ARTIFACT = "checkpoint/model.keras"


def earlier_model(run_id: str) -> keras.Model:
    """The Keras model of an earlier run, as it was after training.

    Args:
        run_id: a run of the current MLflow store.

    Raises:
        TrackingError: no such run, or it kept no model.
    """
    return model_in(run_artifact(run_id, CHECKPOINT_ARTIFACT))


def model_in(file: Path) -> keras.Model:
    """The Keras model in a .keras file; it may be made of classes of any package that has components."""
    with zipfile.ZipFile(file) as packed:
        config = json.loads(packed.read("config.json"))
    packages = {entry.module.partition(".")[0] for kind in registry.KINDS for entry in registry.entries(kind)}
    for module in set(_modules(config)):
        if module.partition(".")[0] in packages:  # no other: a file says what it likes
            with suppress(ModuleNotFoundError):  # Keras tells which class it does not find
                importlib.import_module(module)  # so that Keras knows its classes
    return keras.models.load_model(file, compile=False)


def _modules(config: Any) -> Iterator[str]:
    """Every module that a configuration of Keras names."""
    if isinstance(config, dict):
        if isinstance(config.get("module"), str):
            yield config["module"]
        config = list(config.values())
    if isinstance(config, list):
        for part in config:
            yield from _modules(part)
