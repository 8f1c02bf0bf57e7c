"""Weights in a file, by the names of their layers."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np

from tfd2l.errors import ConfigError

SUFFIXES = (".keras", ".weights.h5", ".h5")
VARIABLES = "vars"  # the group of a layer's own weights
INSIDE = "model.weights.h5"  # of a .keras archive
Weights = Mapping[str, list[np.ndarray]]


def read_layer_weights(file: Path) -> Weights:
    """Reads weights from a file: the name of each layer and its weights, in the order of `layer.weights`.

    Layers without weights are left out. Layers of the same name, in several models inside a model, are told apart by
    their paths in the file. Only numbers are read: no class in the file is imported, and no code in it runs.

    Args:
        file: Model (.keras) or weights (.weights.h5) as Keras 3 saves them; or .h5 as Keras 2 did, and as the files of
            `keras.applications` are.

    Raises:
        ConfigError: The file is no such file.
    """
    try:
        if file.name.endswith(".keras"):
            with zipfile.ZipFile(file) as archive, h5py.File(io.BytesIO(archive.read(INSIDE)), "r") as stored:
                return _keras3(stored)
        with h5py.File(file, "r") as stored:
            top = stored.get("model_weights", stored)
            return _keras2(top) if "layer_names" in top.attrs else _keras3(stored)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise ConfigError(
            f"{file}: no file of Keras weights ({', '.join(SUFFIXES)}): {error}. Received: {file.name}"
        ) from error


def get_layer_weights(model: keras.Model) -> Weights:
    """Returns the same of a model in memory; weights of models inside it are found by their own layers' names."""
    layers = [layer for layer in model._flatten_layers() if layer.weights and not isinstance(layer, keras.Model)]
    return {layer.name: layer.get_weights() for layer in layers}


def _keras3(stored: h5py.File) -> Weights:
    groups: list[tuple[str, str, list[np.ndarray]]] = []  # path, name, weights

    def visit(path: str, item: Any) -> None:
        if path.rpartition("/")[2] == VARIABLES and len(item):
            weights = [np.asarray(item[str(place)]) for place in range(len(item))]
            groups.append((path.removesuffix(f"/{VARIABLES}"), str(item.attrs.get("name", path)), weights))

    stored.visititems(visit)
    times = Counter(name for _, name, _ in groups)
    return {path if times[name] > 1 else name: weights for path, name, weights in groups}


def _keras2(stored: h5py.Group) -> Weights:
    found = {}
    for name in map(_text, stored.attrs["layer_names"]):
        weights = [np.asarray(stored[name][_text(path)]) for path in stored[name].attrs["weight_names"]]
        if weights:
            found[name] = weights
    return found


def _text(name: bytes | str) -> str:
    return name.decode() if isinstance(name, bytes) else name
