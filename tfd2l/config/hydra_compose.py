"""Compose with Hydra, the options of plugins included; what is wrong is raised as Hydra raises it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hydra import compose, initialize_config_dir
from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.plugins import Plugins
from hydra.plugins.search_path_plugin import SearchPathPlugin
from omegaconf import DictConfig

from tfd2l.config.paths import conf_dir, plugin_conf_dirs

VERSION_BASE = "1.3"
CONFIG_NAME = "config"
RESUME_KEY = "resume.run_id"
MAYBE_NUMBER = re.compile(r"\d\w*")


class PluginConfigs(SearchPathPlugin):
    """Adds the configuration folders of installed plugins to Hydra's search path."""

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        """Append one `file://` entry a plugin."""
        for distribution, folder in plugin_conf_dirs().items():
            search_path.append(provider=distribution, path=f"file://{folder}")


def use_plugin_configs() -> None:
    """Let Hydra find the options that plugins ship; safe to call twice."""
    if PluginConfigs not in Plugins.instance().discover(SearchPathPlugin):
        Plugins.instance().register(PluginConfigs)


def composed(overrides: Sequence[str]) -> DictConfig:
    """What Hydra composes, with its own `hydra` node."""
    use_plugin_configs()
    with initialize_config_dir(str(conf_dir()), version_base=VERSION_BASE):
        return compose(CONFIG_NAME, overrides=list(map(spelled_out, overrides)), return_hydra_config=True)


def spelled_out(override: str) -> str:
    """Returns an override as Hydra reads it: `resume=RUN_ID` is short for `resume.run_id=RUN_ID`.

    The id is quoted where Hydra would read a number: `1234`, `12e4`.
    """
    key, _, value = override.partition("=")
    if key not in ("resume", RESUME_KEY):
        return override
    return f"{RESUME_KEY}='{value}'" if MAYBE_NUMBER.fullmatch(value) else f"{RESUME_KEY}={value}"
