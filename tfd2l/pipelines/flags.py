"""Finds options of an experiment that were typed as flags: `--epochs 3` for `trainer.epochs=3`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from omegaconf import OmegaConf

from tfd2l.config import hints
from tfd2l.config.hydra_compose import COMPOSITION_ERRORS, compose_raw
from tfd2l.config.problems import Problem
from tfd2l.config.schema import MANY, ONE, PLAIN, SETTINGS, components, settings_entry


def find_unknown_flags(typed: Sequence[str], parser: argparse.ArgumentParser) -> list[Problem]:
    """Finds the flags that the parser does not know and that look like options of the run, each with what to type.

    Args:
        typed: the command line.
        parser: of the flags that there are.
    """
    known = parser._option_string_actions
    unknown = [place for place, one in enumerate(typed) if one.startswith("--") and one.partition("=")[0] not in known]
    unknown = [place for place in unknown if not any(flag.startswith(typed[place]) for flag in known)]
    if not unknown:
        return []
    paths = _option_paths([one for one in typed if not one.startswith("-") and "=" in one])
    found = []
    for place in unknown:
        flag, _, value = typed[place].partition("=")
        following = typed[place + 1] if place + 1 < len(typed) else ""
        if not value and following and not following.startswith("--") and "=" not in following:
            value = following
        name = flag.lstrip("-").replace("-", "_")
        suggested = [hints.FORMS[name]] if name in hints.FORMS else hints.suggest_paths(name, paths)
        if suggested:
            forms = [one if "=" in one else f"{one}={value or 'VALUE'}" for one in suggested]
            text = f"options of a run are typed without dashes.{hints.format_question(forms)} `--help` shows more."
            received = typed[place] if "=" in typed[place] or not value else f"{flag} {value}"
            found.append(Problem(flag, f"{text} Received: {received}"))
    return found


def _option_paths(overrides: Sequence[str]) -> list[str]:
    try:
        tree: Any = OmegaConf.to_container(compose_raw(overrides), resolve=False)
    except COMPOSITION_ERRORS:
        tree = {}
    whole = {key: value for key, value in tree.items() if key in (*ONE, *MANY) and isinstance(value, dict)}
    return [*PLAIN, *hints.list_option_paths(components(whole), {path: settings_entry(path) for path in SETTINGS})]
