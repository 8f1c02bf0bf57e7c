"""Runs the steps of a pipeline that are not finished, each in a process of its own under the parent run."""

from __future__ import annotations

import logging
import shlex
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field

from mlflow.entities import Run

from tfd2l.config.compose import compose
from tfd2l.config.interpolations import resolve
from tfd2l.errors import (
    EXIT_INTERRUPTED,
    EXIT_MISTAKE,
    EXIT_REPORTS,
    ConfigError,
    Interrupted,
    StepError,
    did_you_mean,
    listing,
)
from tfd2l.pipelines.experiment.finished_runs import FinishedRuns
from tfd2l.pipelines.experiment.resume import MADE_TAG, digest, made_by
from tfd2l.pipelines.pipeline.process import EXIT_KILLED, run_step
from tfd2l.pipelines.pipeline.steps import REFERENCE, Step
from tfd2l.tracking.find_run import NEWEST_FIRST, runs_where
from tfd2l.tracking.tracked_run import PARENT_TAG, TrackedRun

log = logging.getLogger("tfd2l")

FINISHED = (0, EXIT_REPORTS)  # exit codes of a step that is finished
WAY_ON = "Finished steps are kept: the same command resumes the pipeline."


@dataclass
class StepRuns:
    """The runs of a pipeline's steps.

    Args:
        steps: of the pipeline, in their order.
        redo: names of steps that run again even if they are finished.
        parent: the run that they are children of.
        resumed: whether the parent run was there before.
        finished: the finished runs of the store.
        runs: label of a step -> its run, as far as the pipeline has come; a step that failed has one too.
    """

    steps: Sequence[Step]
    redo: frozenset[str]
    parent: TrackedRun
    resumed: bool
    finished: FinishedRuns
    runs: dict[str, Run] = field(default_factory=dict)

    def take(self, step: Step) -> None:
        """Takes the finished run of a step, or runs it.

        Args:
            step: one of the steps; those before it have been taken.

        Raises:
            ConfigError: it uses a metric that an earlier step does not have.
            Interrupted: it was asked to stop.
            StepError: it failed.
        """
        overrides = step.overrides(lambda name, what: self._value(step, name, what))
        uses_others = any(REFERENCE.search(given.override) for given in step.given)
        config = resolve(compose(*overrides)) if uses_others else step.config
        again = step.name in self.redo
        place = f"step {self.steps.index(step) + 1} of {len(self.steps)}: {step.label}"
        finished = self.finished.find(config, self.parent.run_id if again else None)
        if finished is not None:
            self.runs[step.label] = finished
            log.info("%s: used again, finished as run %s", place, finished.info.run_id)
            return
        if self.resumed or not again:
            overrides.append("resume=auto")
        log.info("%s: %s", place, shlex.join(["python", "-m", "tfd2l.pipelines", *overrides]))
        code, interrupted = run_step(overrides, self.parent.run_id)
        run = self.finished.last(config) if code in FINISHED else self._newest(digest(made_by(config)))
        if run is not None and run.info.status == "RUNNING":  # its process ended before it could record how
            tracked = TrackedRun(self.parent.client, run.info.run_id)
            tracked.end("KILLED" if interrupted else "FAILED", describe_exit(code))
            run = tracked.stored()
        if run is not None:
            self.runs[step.label] = run
        if interrupted or code in (EXIT_INTERRUPTED, EXIT_KILLED):
            raise Interrupted(f"interrupted in step {step.label!r}. {WAY_ON}")
        if code not in FINISHED or run is None:
            text = f"step {step.label!r} {describe_exit(code)}. {WAY_ON} Received: exit code {code}"
            raise StepError(text, EXIT_MISTAKE if code == EXIT_MISTAKE else 1)

    def _value(self, step: Step, name: str, what: str) -> str:
        """What stands for `${steps.NAME.WHAT}` in a step."""
        source = step.source(name, self.steps)
        assert source is not None, "checked when the pipeline was composed"
        run = self.runs[source.label]
        if what == "run":
            return str(run.info.run_id)
        if what == "model":
            return f"run:{run.info.run_id}"
        metrics, metric = run.data.metrics, what.partition(".")[2]
        if metric not in metrics:
            raise ConfigError(
                f"Step {step.name!r} uses a metric that step {name!r} does not have.{did_you_mean(metric, metrics)} It "
                f"has: {listing(metrics)}. Received: ${{steps.{name}.{what}}}"
            )
        return repr(metrics[metric])

    def _newest(self, made: str) -> Run | None:
        """The newest child of the parent run that was made by a configuration, finished or not."""
        wanted = f"tags.`{MADE_TAG}` = '{made}' and tags.`{PARENT_TAG}` = '{self.parent.run_id}'"
        return next(iter(runs_where(self.parent.client, wanted, NEWEST_FIRST)), None)


def describe_exit(code: int) -> str:
    """Returns how the process of a step ended.

    Args:
        code: its exit code; negative: the signal that ended it.
    """
    if code < 0:
        name = signal.Signals(-code).name
        return f"was ended by {name}" + (" (is there too little memory?)" if name == "SIGKILL" else "")
    if code not in FINISHED:
        return "failed: its error is above"
    return "finished, but its run is not the expected one (was the code changed meanwhile?)"
