"""A pipeline: named steps, each of them an experiment, which may use those before them."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tfd2l.errors import ConfigError, Interrupted
from tfd2l.pipelines.experiment.finished_runs import FinishedRuns
from tfd2l.pipelines.experiment.stored_run import StoredRun, load_run
from tfd2l.pipelines.pipeline.parent_run import failed_by_step, open_parent, summarize_steps
from tfd2l.pipelines.pipeline.request import read_request
from tfd2l.pipelines.pipeline.step_runs import WAY_ON, StepRuns
from tfd2l.pipelines.pipeline.steps import Step, compose_steps
from tfd2l.strategies.cluster.cluster import VARIABLE
from tfd2l.tracking.store import tracking_uri
from tfd2l.training.interruption import interruption

log = logging.getLogger("tfd2l")


@dataclass(frozen=True)
class PipelineResult:
    """What a pipeline came to.

    Args:
        run_id: the parent MLflow run.
        tracking_uri: the store it is in.
        runs: label of a step (`scratch, fraction 0.05`) -> its MLflow run.
        metrics: the same -> its last metrics.
        failed_reports: the same -> labels of its reports that failed; steps without such are not in it.
    """

    run_id: str
    tracking_uri: str
    runs: Mapping[str, str]
    metrics: Mapping[str, Mapping[str, float]]
    failed_reports: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def load_run(self, label: str | None = None) -> StoredRun:
        """Opens the run of a step: its figures, its model, `predict`.

        Args:
            label: of the step; None opens the parent run, whose figures compare the steps.
        """
        return load_run(self.run_id if label is None else self.runs[label], self.tracking_uri)


@dataclass(frozen=True)
class Pipeline:
    """Named steps in their order, each a run in a process of its own, under one parent run.

    A step that is finished is used again as long as its configuration, the code, its data and the runs that it uses are
    the same; one that was stopped is resumed from its checkpoint. So the same pipeline, run again, resumes where it
    stopped.

    `run` returns a `PipelineResult`: `result.metrics["scratch, fraction 1"]["test/accuracy"]`, say, and
    `result.load_run().figures["learning_curve"]`.

    Example:
        >>> import tfd2l
        >>> pipeline = tfd2l.Pipeline.compose("+pipeline=nli_transfer", "steps.scratch.trainer.epochs=3")
        >>> [step.label for step in pipeline.steps][:3]
        ['source', 'scratch, fraction 0.05', 'scratch, fraction 0.2']

    Args:
        name: the pipeline's.
        description: for people.
        steps: its runs, composed and checked.
        redo: names of steps that run again even if they are finished.
        overrides: what was typed.
    """

    name: str
    description: str
    steps: Sequence[Step]
    redo: frozenset[str] = frozenset()
    overrides: Sequence[str] = ()

    @classmethod
    def compose(cls, *overrides: str) -> Pipeline:
        """Returns the pipeline that `python -m tfd2l.pipelines OVERRIDES` runs.

        Raises:
            ConfigError: with every mistake of the pipeline and of all its steps.
        """
        wanted = read_request(overrides)
        return cls(wanted.name, wanted.description, compose_steps(wanted), wanted.redo, overrides)

    def run(self) -> PipelineResult:
        """Runs every step that is not finished; the parent run gets a summary, after a failure too.

        Raises:
            ConfigError: a step uses a metric that an earlier one does not have.
            StepError: a step failed; the exit code is its own.
            Interrupted: it was asked to stop; running the same pipeline resumes it.
        """
        if os.environ.get(VARIABLE):
            raise ConfigError(f"A pipeline runs on one machine: unset {VARIABLE}. Received: {os.environ[VARIABLE]}")
        uri = tracking_uri(self.steps[0].config["tracking"].get("uri"))
        parent, resumed = open_parent(self, uri)
        log.info("pipeline %s: run %s in %s", self.name, parent.run_id, uri)
        taken = StepRuns(self.steps, self.redo, parent, resumed, FinishedRuns(parent.client))
        with parent.closing(), interruption() as interrupted:
            try:
                for step in self.steps:
                    if interrupted():
                        raise Interrupted(f"interrupted before step {step.label!r}. {WAY_ON}")
                    taken.take(step)
            finally:
                summarize_steps(self, parent, taken.runs)
        runs = {label: str(run.info.run_id) for label, run in taken.runs.items()}
        metrics = {label: dict(run.data.metrics) for label, run in taken.runs.items()}
        return PipelineResult(parent.run_id, uri, runs, metrics, failed_by_step(taken.runs))
