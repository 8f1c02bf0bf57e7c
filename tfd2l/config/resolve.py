"""Resolve the interpolations of a composed configuration: `${model.weights}` becomes what it stands for."""

from __future__ import annotations

import copy
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from omegaconf import DictConfig, OmegaConf, open_dict, read_write
from omegaconf.errors import OmegaConfBaseException

from tfd2l.config.check import Problem, problems, refuse
from tfd2l.config.fitting import Fitting, LeftOut
from tfd2l.config.origin import Origin
from tfd2l.errors import did_you_mean

log = logging.getLogger("tfd2l")

MISSING_KEY = re.compile(r"Interpolation key '(.+)' not found")
CIRCLE = "Recursive interpolation"  # as OmegaConf says it


def resolve(config: DictConfig) -> dict[str, Any]:
    """The configuration as plain data with every interpolation resolved.

    Raises:
        ConfigError: an interpolation names a key that does not exist.
    """
    plain, found = _resolved(config, Origin())
    refuse(found)
    return plain


@dataclass(frozen=True)
class Checked:
    """A composed configuration that was looked at.

    Args:
        plain: the configuration as plain data; null stands for what cannot be resolved.
        problems: every mistake in it.
        notes: what is to be said of values that files set for another choice.
    """

    plain: dict[str, Any]
    problems: list[Problem]
    notes: list[LeftOut | str]


def checked(config: DictConfig, origin: Origin, overrides: Sequence[str] | None = None) -> dict[str, Any]:
    """Resolves a configuration, and checks every component and every setting; says what was left out.

    Args:
        config: composed; what files set for another choice is removed from it.
        origin: where its values came from.
        overrides: of which it was composed; None: those of `origin`.

    Raises:
        ConfigError: with every mistake found.
    """
    found = examined(config, origin, overrides)
    refuse(found.problems)
    for note in found.notes:
        log.info(note)
    return found.plain


def examined(config: DictConfig, origin: Origin, overrides: Sequence[str] | None = None) -> Checked:
    """Resolves a configuration and finds every mistake in it; for the arguments see `checked`."""
    fitting = Fitting(config, origin.overrides if overrides is None else overrides, origin)
    notes = list(fitting.options())
    plain, unresolved = _resolved(config, origin, fitting, notes)
    return Checked(plain, _all(unresolved, plain, config, origin), notes)


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


def _resolved(
    config: DictConfig, origin: Origin, fitting: Fitting | None = None, notes: list[LeftOut | str] | None = None
) -> tuple[dict[str, Any], list[Problem]]:
    """Plain data, and a mistake for each interpolation that cannot be resolved; null stands in its place."""
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
    return f"its interpolation cannot be resolved: {reason}.{near} {origin.of(path, _at(raw, path))}"


def key_paths(node: Any, prefix: str = "") -> list[str]:
    """The dotted path of every key of a configuration."""
    if not isinstance(node, dict):
        return []
    return [path for key, value in node.items() for path in (f"{prefix}{key}", *key_paths(value, f"{prefix}{key}."))]
