"""What an epoch of a run measures, told from its configuration alone."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from tfd2l import registry
from tfd2l.config.signature import signature_of
from tfd2l.errors import ComponentError

NAMING = ("shown_as", "name")  # parameters of a metric whose value is its name in the logs


def list_measures(config: Mapping[str, Any]) -> list[str] | None:
    """Returns `loss` and the name of every metric, each with `val_` too; None if a name stands in no source."""
    names = ["loss"]
    for metric in (config.get("metrics") or {}).values():
        name = _name(metric) if metric is not None else "loss"
        if name is None:
            return None
        names.append(name)
    return list(dict.fromkeys([*names, *(f"val_{name}" for name in names)]))


def _name(metric: Mapping[str, Any]) -> str | None:
    if isinstance(metric.get("shown_as"), str):
        return str(metric["shown_as"])
    try:
        signature = signature_of(registry.find("metric", metric["name"]))
    except (ComponentError, KeyError, TypeError):
        return None
    naming = [parameter for parameter in signature.parameters if parameter.name in NAMING]
    if not naming:
        return str(metric["name"]).rpartition("/")[2] if not signature.open else None
    try:
        defaults = [ast.literal_eval(parameter.default) for parameter in naming if parameter.default]
    except ValueError:
        return None
    return next((str(default) for default in defaults if default), None)
