"""`python -m tfd2l.pipelines --help`. Hydra's own would take twice as long: it lists its groups again and again."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

from omegaconf import OmegaConf, open_dict, read_write

from tfd2l.config.hydra_compose import composed
from tfd2l.config.paths import CHAIN, conf_dir, option_files, plugin_conf_dirs


def help_text(overrides: Sequence[str]) -> str:
    """`hydra.help.template` with the groups and their options, and every key of the configuration."""
    config = composed(overrides)
    template = Template(config.hydra.help.template)
    with open_dict(config), read_write(config):
        del config["hydra"]
    folders = [folder for root in (conf_dir(), *plugin_conf_dirs().values()) for folder in root.iterdir()]
    groups = sorted({CHAIN, *(folder.name for folder in folders if folder.is_dir() and folder.name != "hydra")})
    listed = "\n".join(f"{group}: {', '.join(sorted(option_files(group)))}" for group in groups)
    return template.substitute(APP_CONFIG_GROUPS=f"{listed}\n", CONFIG=OmegaConf.to_yaml(config))
