"""Where configuration lives: the checkout's (or the wheel's) own folders, and those of plugins."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

from tfd2l.registry import config_packages

_PACKAGE = Path(__file__).resolve().parents[1]
PIPELINE = "pipeline"  # the group of pipelines: `+pipeline=NAME`


def checkout() -> Path | None:
    """The folder of the checkout that this package runs from; None when installed from a wheel."""
    root = _PACKAGE.parent
    return root if (root / "conf" / "config.yaml").is_file() else None


def conf_dir() -> Path:
    """The folder of Hydra groups: `conf/` of the checkout, or the copy inside the wheel."""
    root = checkout()
    return root / "conf" if root else _PACKAGE / "conf"


def pipeline_dir() -> Path:
    """The folder of pipelines: `pipelines/` of the checkout, or the copy inside the wheel."""
    root = checkout()
    return root / "pipelines" if root else conf_dir() / PIPELINE


def plugin_conf_dirs() -> dict[str, Path]:
    """Folders of configuration shipped by plugins, by distribution; found without importing the plugins."""
    found = {}
    for entry in config_packages():
        top, *rest = entry.target.split(".")
        spec = importlib.util.find_spec(top)
        for location in (spec.submodule_search_locations or []) if spec else []:
            folder = Path(location).joinpath(*rest)
            if folder.is_dir():
                found[entry.distribution] = folder
    return found


def cache_dir() -> Path:
    """Where downloads are kept: `TFD2L_DATA`, or `~/.cache/tfd2l`."""
    return Path(os.environ.get("TFD2L_DATA") or Path.home() / ".cache" / "tfd2l")
