"""The MLflow run that an experiment logs to: a new one, or one that stopped and goes on."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tfd2l.pipelines.experiment.resume import AUTO, DATA, MADE_TAG, SEVERAL, checkpoint_folder, digest, made_by
from tfd2l.pipelines.experiment.run_name import name_run
from tfd2l.pipelines.experiment.stopped_run import Stopped, find_stopped_run, require_same
from tfd2l.pipelines.sweep.jobs import PARENT_VARIABLE, job_tags
from tfd2l.tracking import environment
from tfd2l.tracking.settings import TrackingSettings
from tfd2l.tracking.tracked_run import TrackedRun
from tfd2l.training.checkpoint.policy import Checkpointing
from tfd2l.training.checkpoint.store import CheckpointStore
from tfd2l.training.settings import ResumeSettings, TrainerSettings

log = logging.getLogger("tfd2l")


@dataclass(frozen=True)
class Session:
    """An open MLflow run, and where training goes on.

    Args:
        run: the run.
        uri: of its store.
        made_by: what results depend on: configuration, code, versions.
        resume: the `resume:` section.
        stopped: the run before it was stopped; None if it is a new one.
    """

    run: TrackedRun
    uri: str
    made_by: Mapping[str, str]
    resume: ResumeSettings
    stopped: Stopped | None

    @property
    def is_new(self) -> bool:
        """Whether training begins at its first step."""
        return self.stopped is None or self.stopped.checkpoint is None

    @property
    def xla(self) -> bool | None:
        """What `trainer.xla=auto` had chosen before the run was stopped; None lets it choose."""
        return self.stopped.checkpoint.facts["xla"] if self.stopped and self.stopped.checkpoint else None

    def checkpointing(self, settings: TrainerSettings, fingerprint: str) -> Checkpointing:
        """Returns what saves where training stands.

        Args:
            settings: the `trainer:` section.
            fingerprint: of the data.

        Raises:
            ResumeError: the run that is to go on was made by something else.
        """
        made = {**self.made_by, DATA: fingerprint}
        if self.stopped is not None:
            require_same(self.stopped.made_by, made, self.resume)
        run_id = self.run.run_id
        return Checkpointing(
            CheckpointStore(checkpoint_folder(self.uri) / run_id, settings.checkpoint_keep),
            settings.checkpoint_every,
            start=self.stopped.checkpoint if self.stopped else None,
            resume_hint=f"The same command with `resume={AUTO if job_tags() else run_id}` goes on there.",
            retry_hint=f"The same command with `resume={run_id} resume.force=true` and what is to change, a "
            "smaller optimizer.learning_rate, optimizer.global_clipnorm=1 or trainer.on_nan=skip, goes on there.",
            made_by=made,
        )


def open_session(config: Mapping[str, Any], uri: str) -> Session:
    """Opens the run of a configuration.

    Args:
        config: of the experiment.
        uri: of the store.

    Raises:
        ResumeError: the run that is to go on is finished, or was made by something else.
        TrackingError: the store cannot be opened; no run, or several, are named by `resume`.
    """
    tracking = TrackingSettings(**config["tracking"])
    resume = ResumeSettings(**config.get("resume") or {})
    made = made_by(config)
    name = tracking.run_name or name_run(config, environment.overrides())
    stopped = find_stopped_run(resume, uri, config)
    if stopped is None:
        tags = {**tracking.tags, **job_tags(), MADE_TAG: digest(made)}
        experiment, note = config.get("name") or "tfd2l", config.get("description")
        run = TrackedRun.start(uri, experiment, name, tags, os.environ.get(PARENT_VARIABLE), note)
    else:
        run = TrackedRun.reopen(uri, stopped.run_id)
        run.log_tags(job_tags())
        if resume.force:
            run.log_tags({MADE_TAG: SEVERAL})
    log.info("run %s (%s) in %s", run.run_id, name, uri)
    return Session(run, uri, made, resume, stopped)
