"""Compose with Hydra, the options of plugins included; what is wrong is raised as Hydra raises it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import yaml
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from tfd2l.config.hydra_sources import register_sources
from tfd2l.config.paths import conf_dir

VERSION_BASE = "1.3"
CONFIG_NAME = "config"
RESUME_KEY = "resume.run_id"
MAYBE_NUMBER = re.compile(r"\d\w*")
COMPOSITION_ERRORS = (HydraException, OmegaConfBaseException, yaml.YAMLError)  # by `compose_raw`, and nothing else


class CompositionError(HydraException):
    """Hydra failed in itself: an assertion or a type error deep inside, as it does for overrides of a strange form."""


@contextmanager
def own_hydra() -> Iterator[GlobalHydra]:
    """Initializes Hydra for composing, also inside of a job that Hydra runs in this process."""
    register_sources()
    there = GlobalHydra.instance()
    running, there.hydra = there.hydra, None
    try:
        with initialize_config_dir(str(conf_dir()), version_base=VERSION_BASE):
            yield GlobalHydra.instance()
    finally:
        GlobalHydra.instance().hydra = running


def compose_raw(overrides: Sequence[str]) -> DictConfig:
    """Compose a configuration, Hydra's own `hydra` node included.

    Raises:
        HydraException, OmegaConfBaseException, yaml.YAMLError: the overrides, or a file, cannot be composed.
    """
    try:
        with own_hydra():
            return compose(CONFIG_NAME, overrides=list(map(expand_override, overrides)), return_hydra_config=True)
    except COMPOSITION_ERRORS:
        raise
    except Exception as error:
        raise CompositionError(f"{type(error).__name__} {error}".strip()) from error


def expand_override(override: str) -> str:
    """Returns an override as Hydra reads it: `resume=RUN_ID` is short for `resume.run_id=RUN_ID`.

    The id is quoted where Hydra would read a number: `1234`, `12e4`.
    """
    key, _, value = override.partition("=")
    if key not in ("resume", RESUME_KEY):
        return override
    return f"{RESUME_KEY}='{value}'" if MAYBE_NUMBER.fullmatch(value) else f"{RESUME_KEY}={value}"
