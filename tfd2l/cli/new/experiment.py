"""Writes an experiment that is like another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml
from omegaconf import OmegaConf

from tfd2l.cli.new.names import require_name
from tfd2l.cli.new.templates import render
from tfd2l.cli.new.written import Written, write_files
from tfd2l.config.hydra_compose import compose_raw
from tfd2l.config.options import option_files
from tfd2l.config.paths import checkout
from tfd2l.errors import ConfigError, did_you_mean

SECTIONS = ("dataset", "stages", "model", "loss", "decoder", "metrics", "optimizer", "schedule", "trainer", "reports")


def new_experiment(name: str, like: str, config_dir: Path | None) -> Written:
    """Writes an experiment that is like another, with everything that may be changed as a comment.

    Args:
        name: As in `+experiment=NAME`.
        like: The other experiment.
        config_dir: A folder of configuration, as for `--config-dir`; None: `conf/` of the checkout.

    Returns:
        What was written.

    Raises:
        ConfigError: The name is taken or cannot be used, there is no such experiment, or no folder to write to.
    """
    require_name(name)
    known = option_files("experiment")
    if like not in known:
        raise ConfigError(
            f"There is no experiment {like!r}.{did_you_mean(like, known)} `tfd2l list experiment` shows them. "
            f"Received: --like {like}"
        )
    if name in known:
        raise ConfigError(f"There is an experiment {name!r} already. Choose another name. Received: {known[name]}")
    root = checkout()
    if config_dir is None and root is None:
        raise ConfigError(
            "tfd2l is installed as a package, which is no place for your experiments: give a folder of your own, "
            "`--config-dir my_conf`. Received: no --config-dir"
        )
    folder = config_dir if config_dir is not None else root / "conf" if root else Path()
    text = render("experiment.yaml", name=name, like=like, settings=comment_settings(like))
    files = write_files({folder / "experiment" / f"{name}.yaml": text})
    option = f"--config-dir {config_dir} " if config_dir is not None else ""
    run = f"python -m tfd2l.pipelines {option}+experiment={name}"
    commands = [
        f"{run} --cfg job   # shows the whole configuration",
        f"{run} debug=fast   # two steps: does it run?",
        run,
    ]
    return Written(files, commands)


def comment_settings(like: str) -> str:
    """Returns the sections of an experiment's configuration as comments of YAML.

    Args:
        like: The experiment.
    """
    config = compose_raw([f"+experiment={like}"])
    plain = OmegaConf.to_container(config, resolve=False)
    assert isinstance(plain, Mapping)
    blocks = []
    for section in SECTIONS:
        if plain.get(section):
            text = yaml.safe_dump(
                {section: plain[section]}, sort_keys=False, allow_unicode=True, default_flow_style=None, width=100
            )
            blocks.append("".join(f"# {line}\n" for line in text.splitlines()))
    return "\n".join(blocks)
