"""Finds the runs of a sweep's jobs, and the jobs that are finished already."""

from __future__ import annotations

import functools
import logging
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

    from tfd2l.pipelines.experiment.finished_runs import FinishedRuns

log = logging.getLogger("tfd2l")

PARENT_VARIABLE = "TFD2L_PARENT_RUN"  # the environment carries it to children, in other processes too
JOB_TAG = "tfd2l.job_of."  # and the parent run: the number of the job that a run is
PLAN_TAG = "tfd2l.sweep_plan"  # of a parent run: what its sweep was made by


def job_tags() -> dict[str, str]:
    """Returns the tag that makes a run a job of this process's sweep; none outside of a sweep."""
    parent = os.environ.get(PARENT_VARIABLE)
    if parent is None or not HydraConfig.initialized() or HydraConfig.get().mode is not RunMode.MULTIRUN:
        return {}
    return {f"{JOB_TAG}{parent}": str(HydraConfig.get().job.num)}


def find_finished_job(config: Mapping[str, Any], uri: str) -> Run | None:
    """Returns the finished run that this job of a sweep need not repeat: only with `resume=auto`.

    The run becomes a job of the sweep, and stays the child of the sweep that has made it.
    """
    from tfd2l.pipelines.experiment.resume import AUTO

    tags = job_tags()
    if not tags or (config.get("resume") or {}).get("run_id") != AUTO:
        return None
    finished = _finished_runs(uri)
    run = finished.find(config)
    if run is not None:
        for key, number in tags.items():
            finished.client.set_tag(run.info.run_id, key, number)
        log.info("resume=auto: finished as run %s, which is not run again", run.info.run_id)
    return run


def list_jobs(client: MlflowClient, parent: str) -> list[Run]:
    """Returns the runs of a sweep in the order of its jobs; of several for one job, the one that started last."""
    from tfd2l.tracking.find_run import runs_where

    key = f"{JOB_TAG}{parent}"
    jobs = {int(run.data.tags[key]): run for run in runs_where(client, f"tags.`{key}` LIKE '%'")}
    return [jobs[number] for number in sorted(jobs)]


def sweep_plan(config: Mapping[str, Any], swept: Sequence[str]) -> str:
    """Returns 16 hex digits that identify configuration, code and swept values of a sweep."""
    from tfd2l.pipelines.experiment.resume import digest, made_by

    return digest({**made_by(config), "sweep": " ".join(sorted(swept))})


@functools.cache
def _finished_runs(uri: str) -> FinishedRuns:
    """Returns one instance for all jobs of this process, which keeps the fingerprints that it has computed."""
    from tfd2l.pipelines.experiment.finished_runs import FinishedRuns
    from tfd2l.tracking.open_store import client_of

    return FinishedRuns(client_of(uri))
