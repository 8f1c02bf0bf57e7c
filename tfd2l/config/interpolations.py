"""Resolve the interpolations of a composed configuration: `${model.weights}` becomes what it stands for."""

from __future__ import annotations

import copy
import re
from typing import Any

from omegaconf import DictConfig, OmegaConf, open_dict, read_write
from omegaconf.errors import OmegaConfBaseException

from tfd2l.config.fitting import DroppedOption, OptionFitter
from tfd2l.config.origin import Origin
from tfd2l.config.problems import Problem, refuse
from tfd2l.errors import did_you_mean

MISSING_KEY = re.compile(r"Interpolation key '(.+)' not found")


def resolve(config: DictConfig) -> dict[str, Any]:
    """Returns the configuration as plain data with every interpolation resolved.

    Raises:
        ConfigError: an interpolation names a key that does not exist.
    """
    plain, found = resolve_all(config, Origin())
    refuse(found)
    return plain


def value_at_path(node: object, path: str) -> Any:
    """The value at a path such as `stages.batch.boundaries[0]`; None where there is none."""
    for part in re.findall(r"[^.\[\]]+", path):
        if isinstance(node, list) and part.isdigit():
            node = node[int(part)]
        else:
            node = node.get(part) if isinstance(node, dict) else None
    return node


def resolve_all(
    config: DictConfig,
    origin: Origin,
    fitting: OptionFitter | None = None,
    notes: list[DroppedOption | str] | None = None,
) -> tuple[dict[str, Any], list[Problem]]:
    """Returns plain data, and a mistake for each interpolation that cannot be resolved; null stands in its place."""
    found = dict[str, Problem]()
    while True:
        partial = copy.deepcopy(config)
        with open_dict(partial), read_write(partial):
            for path in found:
                OmegaConf.update(partial, path, None)
        try:
            plain = OmegaConf.to_container(partial, resolve=True)
        except OmegaConfBaseException as error:
            path = error.full_key or ""
            if not path or path in found:
                raise
            reason = _reason(error)
            missing = MISSING_KEY.fullmatch(reason)
            if fitting is not None and notes is not None and missing:
                left_out = list(fitting.leave_out(path, f"refers to {missing.group(1)}, which is not there"))
                notes += left_out
                if left_out:
                    continue
            found[path] = Problem(path, _unresolved(reason, path, config, origin))
            continue
        assert isinstance(plain, dict)
        return {str(key): value for key, value in plain.items()}, list(found.values())


def _reason(error: OmegaConfBaseException) -> str:
    return str(error).strip().splitlines()[0].rpartition("while resolving interpolation: ")[2].strip('"')


def _unresolved(reason: str, path: str, config: DictConfig, origin: Origin) -> str:
    raw = OmegaConf.to_container(config, resolve=False)
    missing = MISSING_KEY.fullmatch(reason)
    near = did_you_mean(missing.group(1), key_paths(raw)) if missing else ""
    return f"its interpolation cannot be resolved: {reason}.{near} {origin.of(path, value_at_path(raw, path))}"


def key_paths(node: object, prefix: str = "") -> list[str]:
    """The dotted path of every key of a configuration."""
    if not isinstance(node, dict):
        return []
    return [path for key, value in node.items() for path in (f"{prefix}{key}", *key_paths(value, f"{prefix}{key}."))]
