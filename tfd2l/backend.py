"""The settings of Keras that the package needs: TensorFlow, float32, channels last."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from tfd2l.errors import ConfigError

BACKEND = "tensorflow"
NEEDED: Mapping[str, str | float] = {"floatx": "float32", "epsilon": 1e-7, "image_data_format": "channels_last"}

replaced: dict[str, str] = {}  # variables of the environment that were set otherwise, and what they were


def prepare_environment() -> None:
    """Sets the environment variables that Keras and TensorFlow read on import, for this process and its children.

    `tfd2l` calls it on import. Notices of TensorFlow's C++ code are hidden; its errors still show.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    _replace("KERAS_BACKEND", BACKEND)
    if "TF_USE_LEGACY_KERAS" in os.environ:  # it makes `tf.keras` Keras 2, which the libraries we use do not expect
        _replace("TF_USE_LEGACY_KERAS", "0")


def require_backend() -> None:
    """Refuses Keras if it was imported with another backend before this package.

    Raises:
        ConfigError: Keras has another backend.
    """
    keras = sys.modules.get("keras")
    backend = keras.config.backend() if keras is not None and hasattr(keras, "config") else BACKEND
    if backend != BACKEND:
        variable = replaced.get("KERAS_BACKEND")
        source = f"KERAS_BACKEND={variable}" if variable else f"{keras_json()}: backend: {backend}"
        raise ConfigError(
            f"Keras was imported with the backend {backend!r} before tfd2l, which needs {BACKEND!r}, and a process "
            "cannot change it. Start a new one, with `import tfd2l` before `import keras` or KERAS_BACKEND=tensorflow. "
            f"Received: {source}"
        )


def use_defaults() -> dict[str, str | float]:
    """Sets Keras to the settings that models are written for.

    Returns:
        The settings that were different.
    """
    import keras

    found = {
        "floatx": keras.config.floatx(),
        "epsilon": keras.config.epsilon(),
        "image_data_format": keras.config.image_data_format(),
    }
    other = {key: value for key, value in found.items() if value != NEEDED[key]}
    keras.config.set_floatx(NEEDED["floatx"])
    keras.config.set_epsilon(NEEDED["epsilon"])
    keras.config.set_image_data_format(NEEDED["image_data_format"])
    return other


def keras_json() -> Path:
    """Returns the path of the settings file that Keras reads on import."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "keras.json"


def settings_elsewhere() -> dict[str, str]:
    """Returns the settings in the environment and in keras.json that differ from those of runs, by their place."""
    found = {name: f"{name}={value}" for name, value in replaced.items()}
    try:
        settings = json.loads(keras_json().read_bytes())
    except (OSError, ValueError):
        return found
    if isinstance(settings, dict):
        needed = {**NEEDED, "backend": BACKEND}
        other = [f"{key}={settings[key]}" for key in needed if key in settings and settings[key] != needed[key]]
        if other:
            found[str(keras_json())] = ", ".join(other)
    return found


def _replace(name: str, value: str) -> None:
    before = os.environ.get(name)
    if before is not None and before != value:
        replaced.setdefault(name, before)
    os.environ[name] = value
