"""A pipeline: runs one after the other, each of which may use those before it."""

from __future__ import annotations

import logging
import os
import shlex
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import yaml
from mlflow.entities import Run

from tfd2l.config.compose import compose
from tfd2l.config.resolve import resolve
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
from tfd2l.pipelines.experiment.failed_reports import WARNING_TAG, labels_of_failed
from tfd2l.pipelines.experiment.finished_runs import FinishedRuns
from tfd2l.pipelines.experiment.resume import MADE_TAG, digest, made_by
from tfd2l.pipelines.pipeline.process import EXIT_KILLED, run_step
from tfd2l.pipelines.pipeline.request import asked
from tfd2l.pipelines.pipeline.steps import REFERENCE, Step, shown, steps_of
from tfd2l.pipelines.pipeline.summary import learning_curve, loss_figure, page, pipeline_table
from tfd2l.pipelines.sweep.comparison import page_of
from tfd2l.strategies.cluster.cluster import VARIABLE
from tfd2l.tracking import environment
from tfd2l.tracking.find_run import runs_where
from tfd2l.tracking.metric_names import group_metrics
from tfd2l.tracking.store import tracking_uri
from tfd2l.tracking.tracked_run import NOTE_TAG, PARENT_TAG, TrackedRun, client_of
from tfd2l.training.interruption import interruption

log = logging.getLogger("tfd2l")

PIPELINE_TAG = "tfd2l.pipeline"  # of a parent run: what the pipeline was made by
NEWEST = "attributes.start_time DESC"
FINISHED = (0, EXIT_REPORTS)  # exit codes of a step that is finished
WAY_ON = "Finished steps are kept: the same command goes on there."


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


@dataclass
class Pipeline:
    """Named steps in their order, each a run in a process of its own, under one parent run.

    A step that is finished is used again as long as its configuration, the code, its data and the runs that it uses are
    the same; one that was stopped goes on from its snapshot. So the same pipeline, run again, goes on where it stopped.

        pipeline = tfd2l.Pipeline.compose("+pipeline=nli_transfer", "steps.scratch.trainer.epochs=3")
        result = pipeline.run()

    Args:
        name: the pipeline's.
        description: for a person.
        steps: its runs, composed and checked.
        redo: names of steps that run again even if they are finished.
        overrides: what was typed.
        runs: label of a step -> its run, as far as the pipeline has come.
    """

    name: str
    description: str
    steps: Sequence[Step]
    redo: frozenset[str] = frozenset()
    overrides: Sequence[str] = ()
    runs: dict[str, Run] = field(default_factory=dict)
    _finished: FinishedRuns = field(init=False)

    @classmethod
    def compose(cls, *overrides: str) -> Pipeline:
        """The pipeline that `python -m tfd2l.pipelines OVERRIDES` runs.

        Raises:
            ConfigError: with every mistake of the pipeline and of all its steps.
        """
        wanted = asked(overrides)
        return cls(wanted.name, wanted.description, steps_of(wanted), wanted.redo, overrides)

    def run(self) -> PipelineResult:
        """Run every step that is not finished; what they came to is logged to the parent run, after a failure too.

        Raises:
            ConfigError: a step uses a metric that an earlier one does not have.
            StepError: a step failed; the exit code is its own.
            Interrupted: it was asked to stop, and the same pipeline goes on there.
        """
        if os.environ.get(VARIABLE):
            raise ConfigError(f"A pipeline runs on one machine: unset {VARIABLE}. Received: {os.environ[VARIABLE]}")
        uri = tracking_uri(self.steps[0].config["tracking"].get("uri"))
        parent, goes_on = self._parent(uri)
        log.info("pipeline %s: run %s in %s", self.name, parent.run_id, uri)
        self.runs, self._finished = {}, FinishedRuns(parent.client)
        with parent.closing(), interruption() as asked_to_stop:
            try:
                for step in self.steps:
                    if asked_to_stop():
                        raise Interrupted(f"interrupted before step {step.label!r}. {WAY_ON}")
                    self._run(step, parent, goes_on)
            finally:
                self._summarize(parent)
        runs = {label: str(run.info.run_id) for label, run in self.runs.items()}
        metrics = {label: dict(run.data.metrics) for label, run in self.runs.items()}
        return PipelineResult(parent.run_id, uri, runs, metrics, self._failed_reports())

    def _parent(self, uri: str) -> tuple[TrackedRun, bool]:
        """The parent run, and whether it goes on: the last one of this very pipeline, unless steps are to run again."""
        made = {f"{step.label}: {key}": value for step in self.steps for key, value in made_by(step.config).items()}
        plan = digest({**made, "redo": ", ".join(sorted(self.redo))})
        found = runs_where(client_of(uri), f"tags.`{PIPELINE_TAG}` = '{plan}'", NEWEST)
        if found and not (self.redo and found[0].info.status == "FINISHED"):
            return TrackedRun.reopen(uri, found[0].info.run_id), True
        tags = {**environment.git(), "mlflow.user": environment.user(), "mlflow.source.name": environment.command()}
        experiment = self.steps[0].config.get("name") or self.name
        parent = TrackedRun.start(uri, experiment, f"pipeline {self.name}", {**tags, PIPELINE_TAG: plan}, None)
        parent.log_tags({NOTE_TAG: self._page("running")})
        parent.log_text(yaml.safe_dump(shown(self.steps), sort_keys=False, allow_unicode=True), "config/pipeline.yaml")
        return parent, False

    def _run(self, step: Step, parent: TrackedRun, goes_on: bool) -> None:
        """Take the finished run of a step, or run it."""
        overrides = step.overrides(lambda name, what: self._value(step, name, what))
        uses_others = any(REFERENCE.search(given.override) for given in step.given)
        config = resolve(compose(*overrides)) if uses_others else step.config
        made_so = f"tags.`{MADE_TAG}` = '{digest(made_by(config))}'"
        again = step.name in self.redo
        place = f"step {self.steps.index(step) + 1} of {len(self.steps)}: {step.label}"
        finished = self._finished.find(config, parent.run_id if again else None)
        if finished is not None:
            self.runs[step.label] = finished
            log.info("%s: used again, finished as run %s", place, finished.info.run_id)
            return
        if goes_on or not again:
            overrides.append("resume=auto")
        log.info("%s: %s", place, shlex.join(["python", "-m", "tfd2l.pipelines", *overrides]))
        code, stopped = run_step(overrides, parent.run_id)
        run = self._finished.last(config) if code in FINISHED else _newest(parent, made_so)
        if run is not None and run.info.status == "RUNNING":  # it had no time to say how it ended
            TrackedRun(parent.client, run.info.run_id).end("KILLED" if stopped else "FAILED", _how_it_ended(code))
            run = TrackedRun(parent.client, run.info.run_id).stored()
        if run is not None:
            self.runs[step.label] = run
        if stopped or code in (EXIT_INTERRUPTED, EXIT_KILLED):
            raise Interrupted(f"interrupted in step {step.label!r}. {WAY_ON}")
        if code not in FINISHED or run is None:
            raise _failure(step, code)

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

    def _summarize(self, parent: TrackedRun) -> None:
        """Table, figures and page of the parent run."""
        elsewhere = {k for k, run in self.runs.items() if run.data.tags.get(PARENT_TAG) != parent.run_id}
        table = pipeline_table(self.steps, self.runs, elsewhere)
        left = "; ".join(step.label for step in self.steps if step.label not in self.runs)
        failed = "; ".join(f"{label}: {', '.join(labels)}" for label, labels in self._failed_reports().items())
        parts = [page(table, self.runs), f"Not run: {left}" if left else ""]
        if failed:
            parts.append(f"Reports that failed: {failed}")
            parent.log_tags({WARNING_TAG: f"reports failed: {failed}"[:5000]})
        else:
            parent.delete_tags([WARNING_TAG])
        parent.log_tags({NOTE_TAG: self._page(*parts)})
        if not self.runs:
            return
        parent.log_table(table, "comparison.json")
        figures = {
            "comparison": loss_figure(parent, self.steps, self.runs),
            "learning_curve": learning_curve(self.steps, self.runs),
        }
        for name, figure in figures.items():
            if figure is not None:
                parent.log_figure(figure, f"figures/{name}.png")
        for label, run in self.runs.items():
            name = label.replace(", ", " ")  # without our own commas, which MLflow takes in no name
            measured = {key: run.data.metrics[key] for key in table if key in run.data.metrics}
            parent.update_metrics(group_metrics(name, measured))
        log.info("pipeline %s: run %s compares its steps\n%s", self.name, parent.run_id, page_of(table))
        if failed:
            log.warning("pipeline %s: reports failed: %s", self.name, failed)

    def _failed_reports(self) -> dict[str, list[str]]:
        found = {label: labels_of_failed(run.data.tags) for label, run in self.runs.items()}
        return {label: labels for label, labels in found.items() if labels}

    def _page(self, *parts: str) -> str:
        typed = shlex.join(["python", "-m", "tfd2l.pipelines", *self.overrides])
        return "\n\n".join(filter(None, [f"# {self.name}", self.description, f"`{typed}`", *parts])) + "\n"


def _newest(parent: TrackedRun, wanted: str) -> Run | None:
    return next(iter(runs_where(parent.client, f"{wanted} and tags.`{PARENT_TAG}` = '{parent.run_id}'", NEWEST)), None)


def _failure(step: Step, code: int) -> StepError:
    text = f"step {step.label!r} {_how_it_ended(code)}. {WAY_ON} Received: exit code {code}"
    return StepError(text, EXIT_MISTAKE if code == EXIT_MISTAKE else 1)


def _how_it_ended(code: int) -> str:
    if code < 0:
        name = signal.Signals(-code).name
        return f"was ended by {name}" + (" (is there too little memory?)" if name == "SIGKILL" else "")
    return (
        "failed, as told above"
        if code not in FINISHED
        else "finished, but its run is not the one that was asked for (was the code changed meanwhile?)"
    )
