"""Formats the output of `python -m tfd2l.pipelines --help` and `--cfg job`.

Hydra's own help would take twice as long (it lists its groups again and again), and its `--cfg job` checks nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from string import Template

from omegaconf import OmegaConf, open_dict, read_write

from tfd2l.config.hydra_compose import compose_raw
from tfd2l.config.options import group_names, option_names
from tfd2l.config.origin import Origin
from tfd2l.config.problems import refuse
from tfd2l.config.validate import examine
from tfd2l.errors import ConfigError


def format_help(overrides: Sequence[str]) -> str:
    """Returns `hydra.help.template` with the groups and their options, and every key of the configuration."""
    config = compose_raw(overrides)
    template = Template(config.hydra.help.template)
    with open_dict(config), read_write(config):
        del config["hydra"]
    listed = "\n".join(f"{group}: {', '.join(option_names(group))}" for group in group_names())
    return template.substitute(APP_CONFIG_GROUPS=f"{listed}\n", CONFIG=OmegaConf.to_yaml(config))


def format_config(overrides: Sequence[str], package: str | None = None, resolve: bool = False) -> str:
    """Returns the configuration of a run as YAML, checked; what is left out of it is said on stderr.

    Args:
        overrides: as typed.
        package: show this part alone.
        resolve: show what interpolations stand for.

    Raises:
        ConfigError: with every mistake in it, or there is no such part.
    """
    config = compose_raw(overrides)
    origin = Origin(overrides, dict(config.hydra.runtime.choices))
    with open_dict(config), read_write(config):
        del config["hydra"]
    found = examine(config, origin)
    refuse(found.problems)
    for note in found.notes:
        print(f"note: {note}", file=sys.stderr)
    part = config if package is None else OmegaConf.select(config, package)
    if part is None:
        raise ConfigError(f"There is no {package!r} in the configuration. Received: --package {package}")
    return OmegaConf.to_yaml(part, resolve=resolve)
