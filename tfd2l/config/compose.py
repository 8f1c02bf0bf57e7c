"""Compose a configuration with Hydra: what `python -m tfd2l.pipelines` does, from Python."""

from __future__ import annotations

from omegaconf import DictConfig, open_dict, read_write

from tfd2l.config.hydra_compose import compose_raw
from tfd2l.config.hydra_errors import key_of
from tfd2l.config.mistakes import translate_errors
from tfd2l.config.origin import Origin
from tfd2l.config.paths import PIPELINE
from tfd2l.config.validate import validate
from tfd2l.errors import ConfigError


def compose(*overrides: str) -> DictConfig:
    """Composes and checks the configuration of an experiment, as the command line does.

    Args:
        overrides: What one would type after `python -m tfd2l.pipelines`, one string each.

    Returns:
        The configuration. It may be changed before an experiment is made from it.

    Raises:
        ConfigError: A group, option or key does not exist, or a value does not fit.

    Example:
        >>> import tfd2l
        >>> config = tfd2l.compose("+experiment=nli_bert", "optimizer=lion", "trainer.epochs=1")
        >>> config.optimizer.name, config.trainer.epochs
        ('lion', 1)
    """
    if chosen := [override for override in overrides if key_of(override) == PIPELINE]:
        way_out = f"is composed of runs: `tfd2l.Pipeline.compose({', '.join(map(repr, overrides))})`."
        raise ConfigError(f"{PIPELINE}: {way_out} Received: {chosen[-1]}")
    with translate_errors(overrides):
        config = compose_raw(overrides)
    origin = Origin(overrides, dict(config.hydra.runtime.choices))
    with open_dict(config), read_write(config):
        del config["hydra"]
    validate(config, origin)
    return config
