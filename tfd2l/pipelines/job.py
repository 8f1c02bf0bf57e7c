"""A job of Hydra's: one experiment, checked and run."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from tfd2l.config.hydra_compose import CONFIG_NAME, VERSION_BASE
from tfd2l.config.layers import SEARCH_PATH
from tfd2l.config.origin import Origin
from tfd2l.config.paths import conf_dir
from tfd2l.config.validate import validate
from tfd2l.errors import Interrupted, ReportsFailed, Tfd2lError
from tfd2l.pipelines.experiment.failed_reports import describe_failures
from tfd2l.pipelines.sweep.jobs import find_finished_job
from tfd2l.quiet import quiet
from tfd2l.tracking.metric_names import TEST, TRAIN, VALIDATION, metric_name

OBJECTIVES = tuple(metric_name(group, "loss") for group in (TEST, VALIDATION, TRAIN))
"""Metrics, of which a Hydra sweeper minimizes the first that a run has."""


@hydra.main(version_base=VERSION_BASE, config_path=str(conf_dir()), config_name=CONFIG_NAME)
def job(config: DictConfig) -> float | None:
    """Runs one job; Hydra calls it once, or for each combination of a multirun."""
    swept = HydraConfig.get().mode is RunMode.MULTIRUN
    try:
        objective, failure = run_experiment(config)
        if failure is None or swept:  # of a multirun, what failed stands in the children's tags
            return objective
        raise failure
    except Tfd2lError as error:
        if swept and not isinstance(error, Interrupted):
            raise  # Hydra goes on with the other jobs, and raises it again at the end
        raise Mistake(error) from error


class Mistake(BaseException):
    """Carries a user's mistake past Hydra, which would print a heading of its own above it."""


def run_experiment(config: DictConfig) -> tuple[float | None, ReportsFailed | None]:
    """Checks a configuration and runs its experiment; mistakes are reported before TensorFlow is loaded.

    Args:
        config: as Hydra has composed it.

    Returns:
        The number that a Hydra sweeper minimizes, and the error to end with if reports failed.
    """
    from tfd2l.tracking.store import require_writable, tracking_uri

    chosen = HydraConfig.get()
    typed: Any = OmegaConf.to_container(OmegaConf.create(chosen.overrides.task), resolve=False)
    search_path = [override for override in chosen.overrides.hydra if override.startswith(SEARCH_PATH)]
    plain = validate(config, Origin([*search_path, *typed], dict(chosen.runtime.choices)))
    require_writable(tracking_uri(plain["tracking"].get("uri")))

    finished = find_finished_job(plain, tracking_uri(plain["tracking"].get("uri")))
    if finished is not None:
        return _objective(finished.data.metrics), None
    with quiet():
        from tfd2l.pipelines.experiment.experiment import Experiment
        from tfd2l.pipelines.experiment.next_steps import list_next_steps

    result = Experiment(plain).run()
    log = logging.getLogger("tfd2l")
    if not result.run_id:
        log.info("finished; the chief logged it")
    else:
        log.info("finished: run %s", result.run_id)
        for line in list_next_steps(result.run_id, result.tracking_uri, result.example):
            log.info("  %s", line)
    if result.shortened:
        log.warning("%s", result.shortened)
    failed = result.failed_reports
    return _objective(result.metrics), describe_failures({result.run_id: list(failed)}) if failed else None


def _objective(metrics: Mapping[str, float]) -> float | None:
    return next((metrics[key] for key in OBJECTIVES if key in metrics), None)
