"""Reads the configuration of a run in a store, and changes options of its reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import yaml
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException
from omegaconf import OmegaConf

from tfd2l.config.origin import Origin
from tfd2l.config.schema import settings_entry
from tfd2l.config.signature import signature_of
from tfd2l.config.validate import validate
from tfd2l.errors import ConfigError, TrackingError, did_you_mean, listing

if TYPE_CHECKING:
    from mlflow import MlflowClient

CONFIG_ARTIFACT = "config/config.yaml"
RENAMED = {  # options of `trainer` in runs before 0.2 -> their names now
    "rate_factors": "learning_rate_multipliers",
    "snapshot_every": "checkpoint_every",
    "snapshot_keep": "checkpoint_keep",
}
CHANGEABLE = ("reports", "dataset")  # sections; that the data are the same is checked by their fingerprint


def read_config(client: MlflowClient, run_id: str) -> dict[str, Any]:
    """Returns the configuration that a run was made by.

    Raises:
        TrackingError: the run keeps none, as the parent run of a sweep.
    """
    from mlflow.exceptions import MlflowException

    from tfd2l.tracking.stored_files import fetch_artifact

    try:
        text = fetch_artifact(client, run_id, CONFIG_ARTIFACT).read_text(encoding="utf-8")
    except (MlflowException, OSError) as error:
        raise TrackingError(
            f"Run {run_id} keeps no configuration: it is the parent of other runs, or not one of tfd2l. "
            f"Received: {run_id}"
        ) from error
    return rename_options(yaml.safe_load(text))


def rename_options(config: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the configuration of a run of an earlier version with the present names of its options.

    Args:
        config: of the run.
    """
    known = signature_of(settings_entry("trainer")).names
    trainer = config.get("trainer") or {}
    return {**config, "trainer": {key if key in known else RENAMED.get(key, key): trainer[key] for key in trainer}}


def change_config(config: Mapping[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    """Returns the configuration with overrides applied, checked like one that is to be run.

    Args:
        config: of a run.
        overrides: `reports.LABEL.OPTION=VALUE`, `reports.LABEL={name: NAME}`, `dataset.path=VALUE`; with or without
            a `+`.

    Raises:
        ConfigError: an override of something else, or every mistake of the configuration.
    """
    changed = OmegaConf.create(dict(config))
    for override in overrides:
        try:
            (parsed,) = OverridesParser.create().parse_overrides([override])
            value = parsed.value()
        except HydraException as error:
            raise ConfigError(f"Not an override: {str(error).splitlines()[0]}. Received: {override}") from error
        key = parsed.key_or_group
        if key.partition(".")[0] not in CHANGEABLE or parsed.is_delete() or parsed.is_sweep_override():
            raise ConfigError(
                "Of a finished run, only options of its reports and the place of its data can be changed "
                f" (reports.LABEL.OPTION=VALUE, dataset.path=FILE). Received: {override}"
            )
        OmegaConf.update(changed, key, value, force_add=True)
    plain: Any = OmegaConf.to_container(changed)
    validate(plain, Origin(list(overrides)))
    return dict(plain)


def choose_reports(config: Mapping[str, Any], labels: Sequence[str]) -> list[str]:
    """Returns the labels of the reports to make: those that are named, else all of the configuration.

    Raises:
        ConfigError: a label that the configuration does not have.
    """
    there = [label for label, report in (config.get("reports") or {}).items() if report is not None]
    for label in labels:
        if label not in there:
            raise ConfigError(
                f"The run has no report {label!r}.{did_you_mean(label, there)} It has: {listing(there)}. A further one "
                f"is added with `reports.{label}={{name: NAME}}`. Received: {label}"
            )
    return list(dict.fromkeys(labels)) or there
