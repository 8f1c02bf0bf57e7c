"""Resolve the interpolations of a composed configuration: `${model.weights}` becomes what it stands for."""

from __future__ import annotations

import copy
import re
from typing import Any

from omegaconf import DictConfig, OmegaConf, open_dict, read_write
from omegaconf.errors import OmegaConfBaseException

from tfd2l.config.check import Problem, problems, refuse
from tfd2l.config.origin import Origin
from tfd2l.errors import did_you_mean

CIRCLE = "Recursive interpolation"  # as OmegaConf says it


def resolve(config: DictConfig) -> dict[str, Any]:
    """The configuration as plain data with every interpolation resolved.

    Raises:
        ConfigError: an interpolation names a key that does not exist.
    """
    plain, found = _resolved(config, Origin())
    refuse(found)
    return plain


def checked(config: DictConfig, origin: Origin) -> dict[str, Any]:
    """The same, with every component and every setting checked too.

    Raises:
        ConfigError: with every mistake found.
    """
    plain, unresolved = _resolved(config, origin)
    refuse(_all(unresolved, plain, config, origin))
    return plain


def all_problems(config: DictConfig, origin: Origin) -> list[Problem]:
    """Every mistake of a composed configuration, those of its interpolations included."""
    plain, unresolved = _resolved(config, origin)
    return _all(unresolved, plain, config, origin)


def _all(unresolved: list[Problem], plain: dict[str, Any], config: DictConfig, origin: Origin) -> list[Problem]:
    null = [problem.path for problem in unresolved]
    rest = [p for p in problems(plain, origin) if not any(a.startswith(p.path) or p.path.startswith(a) for a in null)]
    found = {problem.path: problem for problem in (*unresolved, *rest)}
    raw = OmegaConf.to_container(config, resolve=False)
    # What only repeats the mistake of another key goes without saying; a circle has no other.
    repeats = {
        path for path, problem in found.items() if _target(_at(raw, path)) in found and CIRCLE not in problem.text
    }
    return [problem for path, problem in found.items() if path not in repeats]


def _target(value: Any) -> str | None:
    """`model.weights` of `${model.weights}`."""
    match = re.fullmatch(r"\$\{([\w.]+)\}", value) if isinstance(value, str) else None
    return match.group(1) if match else None


def _at(node: Any, path: str) -> Any:
    """The value at a path such as `stages.batch.boundaries[0]`; None where there is none."""
    for part in re.findall(r"[^.\[\]]+", path):
        if isinstance(node, list) and part.isdigit():
            node = node[int(part)]
        else:
            node = node.get(part) if isinstance(node, dict) else None
    return node


def _resolved(config: DictConfig, origin: Origin) -> tuple[dict[str, Any], list[Problem]]:
    """Plain data, and a mistake for each interpolation that cannot be resolved; null stands in its place."""
    config, found = copy.deepcopy(config), dict[str, Problem]()
    while True:
        try:
            plain = OmegaConf.to_container(config, resolve=True)
        except OmegaConfBaseException as error:
            path = error.full_key or ""
            if not path or path in found:
                raise
            found[path] = Problem(path, _unresolved(error, path, config, origin))
            with open_dict(config), read_write(config):
                OmegaConf.update(config, path, None)
            continue
        assert isinstance(plain, dict)
        return {str(key): value for key, value in plain.items()}, list(found.values())


def _unresolved(error: OmegaConfBaseException, path: str, config: DictConfig, origin: Origin) -> str:
    reason = str(error).strip().splitlines()[0].rpartition("while resolving interpolation: ")[2].strip('"')
    raw = OmegaConf.to_container(config, resolve=False)
    missing = re.fullmatch(r"Interpolation key '(.+)' not found", reason)
    near = did_you_mean(missing.group(1), key_paths(raw)) if missing else ""
    return f"its interpolation cannot be resolved: {reason}.{near} {origin.of(path, _at(raw, path))}"


def key_paths(node: Any, prefix: str = "") -> list[str]:
    """The dotted path of every key of a configuration."""
    if not isinstance(node, dict):
        return []
    return [path for key, value in node.items() for path in (f"{prefix}{key}", *key_paths(value, f"{prefix}{key}."))]
