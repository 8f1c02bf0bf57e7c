"""Validate a composed configuration: every component and every setting against the signature that it names."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from omegaconf import DictConfig, OmegaConf

from tfd2l.config.find_problems import find_problems
from tfd2l.config.fitting import DroppedOption, OptionFitter
from tfd2l.config.interpolations import resolve_all, value_at_path
from tfd2l.config.origin import Origin
from tfd2l.config.problems import Problem, refuse

log = logging.getLogger("tfd2l")

CIRCLE = "Recursive interpolation"  # as OmegaConf says it


@dataclass(frozen=True)
class Examination:
    """The result of examining a composed configuration.

    Args:
        plain: The configuration as plain data; null stands for what cannot be resolved.
        problems: Every mistake in it.
        notes: Messages about values that files set for another choice.
    """

    plain: dict[str, Any]
    problems: list[Problem]
    notes: list[DroppedOption | str]


def validate(
    config: DictConfig | Mapping[str, Any], origin: Origin | None = None, overrides: Sequence[str] | None = None
) -> dict[str, Any]:
    """Validates every component and every setting of a configuration, and resolves its interpolations.

    Args:
        config: What `compose` returns, from which what files set for another choice is removed; or plain data that are
            resolved already, such as those of a stored run.
        origin: Where its values came from. Defaults to nowhere.
        overrides: Those of which it was composed. Defaults to those of `origin`.

    Returns:
        The configuration as plain data, which `build` takes in parts.

    Raises:
        ConfigError: With every mistake: configuration path, value and where it came from, the nearest name.
    """
    origin = origin or Origin()
    if not isinstance(config, DictConfig):
        refuse(find_problems(config, origin))
        return dict(config)
    found = examine(config, origin, overrides)
    refuse(found.problems)
    for note in found.notes:
        log.info(note)
    return found.plain


def examine(config: DictConfig, origin: Origin, overrides: Sequence[str] | None = None) -> Examination:
    """Resolves a configuration and finds every mistake in it; for the arguments see `validate`."""
    fitting = OptionFitter(config, origin.overrides if overrides is None else overrides, origin)
    notes = list(fitting.options())
    plain, unresolved = resolve_all(config, origin, fitting, notes)
    return Examination(plain, _all(unresolved, plain, config, origin), notes)


def _all(unresolved: list[Problem], plain: dict[str, Any], config: DictConfig, origin: Origin) -> list[Problem]:
    null = [problem.path for problem in unresolved]
    rest = [
        p for p in find_problems(plain, origin) if not any(a.startswith(p.path) or p.path.startswith(a) for a in null)
    ]
    found = {problem.path: problem for problem in (*unresolved, *rest)}
    raw = OmegaConf.to_container(config, resolve=False)
    # What only repeats the mistake of another key goes without saying; a circle has no other.
    repeats = {
        path
        for path, problem in found.items()
        if _target(value_at_path(raw, path)) in found and CIRCLE not in problem.text
    }
    return [problem for path, problem in found.items() if path not in repeats]


def _target(value: object) -> str | None:
    """`model.weights` of `${model.weights}`."""
    match = re.fullmatch(r"\$\{([\w.]+)\}", value) if isinstance(value, str) else None
    return match.group(1) if match else None
