"""What a run ran on: versions, devices, code."""

from __future__ import annotations

import getpass
import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig

from tfd2l.config.paths import checkout
from tfd2l.config.schema import components
from tfd2l.registry import find

DISTRIBUTIONS = (
    "tfd2l",
    "tensorflow",
    "keras",
    "keras-hub",
    "tensorflow-text",
    "numpy",
    "mlflow",
    "hydra-core",
)


def versions() -> dict[str, str]:
    """Versions of Python and of the distributions that results depend on."""
    found = {"python": platform.python_version()}
    for name in DISTRIBUTIONS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def machine() -> dict[str, Any]:
    """Devices that TensorFlow sees, processor count and operating system."""
    import tensorflow as tf

    devices = [device.name for device in tf.config.list_logical_devices()]
    return {"devices": devices, "cpus": os.cpu_count(), "platform": platform.platform()}


def git() -> dict[str, str]:
    """Commit and whether the tree was changed since, of the checkout that runs (else of the working directory)."""
    folder = checkout() or Path.cwd()
    commit = _git(folder, "rev-parse", "HEAD")
    if not commit:
        return {}
    dirty = "yes" if _git(folder, "status", "--porcelain") else "no"
    return {
        "mlflow.source.git.commit": commit,
        "git.dirty": dirty,
        "git.branch": _git(folder, "branch", "--show-current"),
    }


def overrides() -> list[str]:
    """What was typed for this run (of a multirun, its own values); nothing when it was not started by Hydra."""
    return list(HydraConfig.get().overrides.task) if HydraConfig.initialized() else []


def command() -> str:
    """What was typed, as it would be typed again."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    if spec is None or not spec.name:
        return shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])
    return shlex.join(["python", "-m", spec.name.removesuffix(".__main__"), *sys.argv[1:]])


def user() -> str:
    """Who runs it, as far as the system knows."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container may run as a user without a name
        return "unknown"


def owners(config: Mapping[str, Any]) -> dict[str, str]:
    """Configuration path -> name, owner and place of every component of a run."""
    found = {}
    for path, kind, component in components(config):
        entry = find(kind, component["name"])
        found[path] = f"{entry.name} ({entry.owner}, {entry.target})"
    return found


def flat(config: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """`a.b.c` -> value, for every leaf of a configuration."""
    for key, value in config.items():
        if isinstance(value, Mapping) and value:
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
