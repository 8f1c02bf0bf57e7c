"""The model that an earlier run kept."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import keras

from tfd2l import registry
from tfd2l.artifacts import run_artifact

CHECKPOINT_ARTIFACT = "checkpoint/model.keras"


def earlier_model(run_id: str) -> keras.Model:
    """The Keras model of an earlier run, as it was after training.

    Arguments:
        run_id: a run of the current MLflow store.

    Raises:
        TrackingError: no such run, or it kept no model.
    """
    return model_in(run_artifact(run_id, CHECKPOINT_ARTIFACT))


def model_in(file: Path) -> keras.Model:
    """The Keras model in a .keras file, of whatever installed component it is."""
    with zipfile.ZipFile(file) as packed:
        module = json.loads(packed.read("config.json"))["module"]
    for entry in registry.entries("model"):
        if entry.module == module:
            entry.load()  # so that Keras knows its class
    return keras.models.load_model(file, compile=False)
