"""A pipeline runs what is not finished, uses again what is, and goes on where it stopped."""

from __future__ import annotations

import functools
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import matplotlib.image
import mlflow
import pytest

import tfd2l
from tfd2l.config.interpolations import resolve
from tfd2l.config.options import option_files
from tfd2l.config.paths import PIPELINE
from tfd2l.errors import EXIT_REPORTS, ConfigError, Interrupted, StepError
from tfd2l.pipelines.experiment import finished_runs
from tfd2l.pipelines.experiment.failed_reports import FAILED_TAG, WARNING_TAG, FailedReport, record_failed
from tfd2l.pipelines.experiment.resume import MADE_TAG, digest, made_by
from tfd2l.pipelines.pipeline import step_runs
from tfd2l.tracking.tracked_run import NOTE_TAG, PARENT_TAG, TrackedRun

SMALL = """\
description: Three small runs.
experiment: nadaraya_watson
reports: null
callbacks.progress: null
trainer.epochs: 2
steps:
  first: {seed: 1}
  second:
    optimizer.learning_rate: ${steps.first.metrics.test/loss}
    stages.batch.batch_size: 50, 25
"""
REAL = """\
experiment: nadaraya_watson
reports: null
tracking.log_model: false
steps:
  first: {trainer.epochs: 2}
  second: {trainer.epochs: 2, optimizer.learning_rate: '${steps.first.metrics.test/loss}'}
"""
LABELS = ["first", "second, batch_size 50", "second, batch_size 25"]
NUMBERS = itertools.count(100)  # no seed that a test gives by itself


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pipelines")
    (folder / PIPELINE).mkdir()
    (folder / PIPELINE / "small.yaml").write_text(SMALL)
    (folder / PIPELINE / "real.yaml").write_text(REAL)
    return folder


@pytest.fixture(scope="module")
def client(folder):
    return mlflow.MlflowClient(f"sqlite:///{folder}/mlflow.db")


@pytest.fixture
def own(folder):
    """What is typed in one test: in one store for all, but with a seed and an MLflow experiment of its own."""
    number = next(NUMBERS)
    return [f"name=test_{number}", f"seed={number}", f"tracking.uri=sqlite:///{folder}/mlflow.db"]


@pytest.fixture
def compose(folder, own):
    """A function: what is typed -> a pipeline."""
    typed = [f'hydra.searchpath=["file://{folder}"]', "+pipeline=small", *own]
    return functools.cache(lambda *more: tfd2l.Pipeline.compose(*typed, *more))


@pytest.fixture
def parents(client, own):
    """A function: the parent runs of this test, oldest first."""

    def found():
        experiment = client.get_experiment_by_name(own[0].removeprefix("name=")).experiment_id
        runs = client.search_runs([experiment], order_by=["start_time ASC"])
        return [run for run in runs if PARENT_TAG not in run.data.tags]

    return found


@functools.cache
def composed(*overrides):
    return resolve(tfd2l.compose(*overrides))


class Runner:
    """In the place of processes: writes the run that a step would leave in the store, or fails."""

    def __init__(self):
        self.started = []
        self.outcomes = {}  # label -> exit code, whether it was asked to stop
        self.data = "12ab"

    def __call__(self, overrides, parent):
        config = composed(*(override for override in overrides if override != "resume=auto"))
        label = config["tracking"]["run_name"]
        self.started.append((label, overrides))
        code, stopped = self.outcomes.pop(label, (0, False))
        tags = {MADE_TAG: digest(made_by(config)), "data.fingerprint": self.data, "steps_per_epoch": "1"}
        run = TrackedRun.start(config["tracking"]["uri"], config["name"], label, tags, parent)
        run.log_params({"tracking.log_model": config["tracking"]["log_model"], "loss.name": config["loss"]["name"]})
        finished = code in (0, EXIT_REPORTS)
        if finished:
            run.log_metrics({"test/loss": 0.25, "validation/loss": 0.5}, 1)
        if code == EXIT_REPORTS:
            record_failed(run, [FailedReport("curves", "learning_curves", "no curve")])
        if code >= 0:
            run.end("FINISHED" if finished else "FAILED")
        return code, stopped

    def labels(self):
        """What was started since this was last asked."""
        labels, self.started = [label for label, _ in self.started], []
        return labels


@pytest.fixture
def runner(monkeypatch):
    made = Runner()
    monkeypatch.setattr(step_runs, "run_step", made)
    monkeypatch.setattr(finished_runs, "compute_fingerprint", lambda dataset: made.data)
    return made


def test_a_pipeline_is_a_parent_with_a_child_a_step_and_a_summary(runner, compose, client, parents):
    result = compose().run()
    assert [label for label, _ in runner.started] == list(result.runs) == LABELS
    assert "optimizer.learning_rate=0.25" in runner.started[1][1]
    assert all(overrides[-1] == "resume=auto" for _, overrides in runner.started)
    (parent,) = parents()
    assert (parent.info.run_id, parent.info.status, parent.info.run_name) == (
        result.run_id,
        "FINISHED",
        "pipeline small",
    )
    children = [client.get_run(run) for run in result.runs.values()]
    assert {child.data.tags[PARENT_TAG] for child in children} == {parent.info.run_id}
    assert {child.info.experiment_id for child in children} == {parent.info.experiment_id}
    assert result.metrics["first"]["test/loss"] == parent.data.metrics["first/test/loss"] == 0.25
    page = parent.data.tags[NOTE_TAG]
    assert page.startswith("# small\n\nThree small runs.\n\n`python -m tfd2l.pipelines 'hydra.searchpath=")
    assert "\n| step | run | status | stages.batch.batch_size | test/loss | validation/loss |\n" in page
    assert page.count("| FINISHED |") == 3
    table = json.loads(Path(client.download_artifacts(parent.info.run_id, "comparison.json")).read_text())
    assert [row[0] for row in table["data"]] == ["first", "second", "second"]
    for figure in ("comparison", "learning_curve"):
        picture = client.download_artifacts(parent.info.run_id, f"figures/{figure}.png")
        assert matplotlib.image.imread(picture).std() > 0
    shown = Path(client.download_artifacts(parent.info.run_id, "config/pipeline.yaml")).read_text()
    assert "learning_rate: ${steps.first.metrics.test/loss}" in shown


def test_a_finished_pipeline_has_nothing_left_to_do(runner, compose, client, parents):
    first = compose().run()
    runner.labels()
    assert compose().run() == first
    assert runner.labels() == []
    (parent,) = parents()
    assert parent.info.status == "FINISHED"
    table = json.loads(Path(client.download_artifacts(parent.info.run_id, "comparison.json")).read_text())
    assert len(table["data"]) == 3  # not twice


def test_what_changes_is_run_again_with_all_that_depends_on_it(runner, compose, client, parents):
    first = compose().run()
    runner.labels()
    second = compose("steps.second.seed=5").run()
    assert runner.labels() == LABELS[1:]
    assert second.runs["first"] == first.runs["first"]
    assert len(parents()) == 2
    assert "| FINISHED (used again) |" in client.get_run(second.run_id).data.tags[NOTE_TAG]
    compose("+tracking.tags.note=other", "description=other").run()
    assert runner.labels() == []  # results do not depend on these
    runner.data = "34cd"
    compose().run()
    assert runner.labels() == LABELS


def test_a_run_that_was_started_by_itself_is_used(runner, compose, client, parents):
    pipeline = compose()
    runner(pipeline.steps[0].overrides(lambda name, what: ""), None)
    runner.labels()
    pipeline.run()
    assert runner.labels() == LABELS[1:]


def test_a_run_without_its_model_is_not_used_for_one_that_keeps_it(runner, compose):
    without = "tracking.log_model=false"
    compose(without).run()
    runner.labels()
    compose().run()
    assert runner.labels() == LABELS
    compose(without).run()
    assert runner.labels() == []


def test_redo_runs_finished_steps_again_and_what_uses_them_only_if_it_changes(runner, compose, client, parents):
    first = compose().run()
    runner.labels()
    again = compose("pipeline.redo=first").run()
    assert "resume=auto" not in runner.started[0][1]
    assert runner.labels() == ["first"]  # the same metric: the others are as they were
    assert again.runs["first"] != first.runs["first"]
    assert again.run_id != first.run_id
    compose("pipeline.redo=all").run()
    assert runner.labels() == LABELS


def test_a_redo_that_failed_goes_on(runner, compose, client, parents):
    compose().run()
    runner.labels()
    runner.outcomes[LABELS[1]] = (1, False)
    with pytest.raises(StepError):
        compose("pipeline.redo=all").run()
    assert runner.labels() == LABELS[:2]
    compose("pipeline.redo=all").run()
    assert runner.labels() == LABELS[1:]
    assert len(parents()) == 2


@pytest.mark.parametrize(
    ("code", "exit_code", "how"),
    [
        (2, 2, "failed: its error is above"),
        (-9, 1, "was ended by SIGKILL (is there too lit"),
    ],
)
def test_after_a_failure_the_same_pipeline_goes_on(runner, compose, client, parents, code, exit_code, how):
    runner.outcomes[LABELS[1]] = (code, False)
    with pytest.raises(StepError, match=r"^step 'second, batch_size 50' ") as caught:
        compose().run()
    assert caught.value.exit_code == exit_code
    assert how in str(caught.value)
    assert str(caught.value).endswith(f"the same command resumes the pipeline. Received: exit code {code}")
    assert runner.labels() == LABELS[:2]
    (parent,) = parents()
    assert parent.info.status == "FAILED"
    assert "| FAILED | 50 |" in parent.data.tags[NOTE_TAG]
    assert "Not run: second, batch_size 25" in parent.data.tags[NOTE_TAG]
    result = compose().run()
    assert runner.labels() == LABELS[1:]
    (parent,) = parents()
    assert (parent.info.run_id, parent.info.status) == (result.run_id, "FINISHED")
    assert "Not run" not in parent.data.tags[NOTE_TAG]
    table = json.loads(Path(client.download_artifacts(parent.info.run_id, "comparison.json")).read_text())
    assert [row[2] for row in table["data"]] == ["FINISHED"] * 3


def test_a_step_whose_reports_failed_is_finished_and_told_until_they_are_made(runner, compose, client, parents):
    runner.outcomes["first"] = (EXIT_REPORTS, False)
    result = compose().run()
    assert runner.labels() == LABELS
    assert result.failed_reports == {"first": ["curves"]}
    (parent,) = parents()
    assert parent.info.status == "FINISHED"
    assert "Reports that failed: first: curves" in parent.data.tags[NOTE_TAG]
    assert parent.data.tags[WARNING_TAG] == "reports failed: first: curves"
    assert compose().run().failed_reports == {"first": ["curves"]}
    TrackedRun(client, result.runs["first"]).delete_tags([WARNING_TAG, FAILED_TAG])
    assert compose().run().failed_reports == {}
    assert runner.labels() == []
    assert WARNING_TAG not in parents()[0].data.tags


@pytest.mark.parametrize("outcome", [(75, True), (0, True), (-15, True), (75, False)])
def test_a_pipeline_that_is_asked_to_stop_says_that_it_goes_on(runner, compose, client, parents, outcome):
    runner.outcomes["first"] = outcome
    with pytest.raises(Interrupted, match=r"^interrupted in step 'first'\. .* the same command resumes the pipeline\."):
        compose().run()
    assert runner.labels() == ["first"]
    (parent,) = parents()
    assert parent.info.status == "KILLED"
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    assert "RUNNING" not in [run.info.status for run in client.search_runs(experiments)]
    compose().run()
    assert runner.labels() == (LABELS[1:] if outcome[0] == 0 else LABELS)


def test_a_metric_that_the_run_does_not_have_is_told_with_the_nearest(runner, compose, client, parents):
    pipeline = compose("steps.second.optimizer.learning_rate=${steps.first.metrics.test/los}")
    with pytest.raises(
        ConfigError, match=r"^Step 'second' uses a metric that step 'first' does not have\. Did you"
    ) as caught:
        pipeline.run()
    assert "Did you mean 'test/loss'? It has: test/loss, validation/loss." in str(caught.value)
    assert str(caught.value).endswith("Received: ${steps.first.metrics.test/los}")
    assert parents()[0].info.status == "FAILED"


def test_a_pipeline_over_several_machines_is_refused(runner, compose, monkeypatch):
    monkeypatch.setenv("TF_CONFIG", "{}")
    with pytest.raises(ConfigError, match=r"^A pipeline runs on one machine: unset TF_CONFIG\. Received: \{\}"):
        compose().run()


@pytest.fixture
def started(folder, own):
    """A function: what is typed -> the process of a pipeline."""
    command = [sys.executable, "-m", "tfd2l.pipelines", "--config-dir", str(folder), "+pipeline=real", *own]
    return lambda *typed: subprocess.Popen([*command, *typed], stderr=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_real_steps_are_used_again_after_one_failed(started, parents):
    """The second step fails in its own process, where batches are made."""
    fails = "steps.second.trainer.micro_batches=7"
    for first in ("python -m tfd2l.pipelines", "used again, finished as run"):
        process = started(fails)
        told = process.communicate()[1]
        assert process.returncode == 2, told
        assert f"step 1 of 2: first: {first} " in told
        assert "is shared out to 7 micro-batches" in told
        assert told.splitlines()[-1].startswith(
            "error: step 'second' failed: its error is above. Finished steps are kept:"
        )
    process = started()
    told = process.communicate()[1]
    assert process.returncode == 0, told
    assert "step 1 of 2: first: used again, finished as run" in told
    assert told.splitlines()[-1].startswith(f"  look at it: `tfd2l ui {parents()[-1].info.run_id[:8]} --uri ")
    assert [run.info.status for run in parents()] == ["FAILED", "FINISHED"]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_step_that_was_stopped_inside_goes_on_as_the_same_run(started, client, folder, own, number):
    long = ["steps.second.trainer.epochs=5000", "callbacks.progress=null"]
    process = started(*long)
    second = None
    while not (second and checkpoints(folder, second)):  # until the second step has trained
        assert process.poll() is None
        time.sleep(0.2)
        experiment = client.get_experiment_by_name(own[0].removeprefix("name="))
        runs = client.search_runs([experiment.experiment_id] if experiment else [], "run_name = 'second'")
        second = next((run.info.run_id for run in runs), None)
    os.kill(process.pid, number)
    told = process.communicate()[1]
    assert process.returncode == 75, told
    assert "which is saved" in told
    assert told.splitlines()[-1].startswith("error: interrupted in step 'second'. Finished steps are kept: the same")
    assert client.get_run(second).info.status == "KILLED"
    saved = max(checkpoints(folder, second))
    process = started(*long)
    told = next(line for line in process.stderr if line.startswith("resuming after step"))
    assert int(told.split()[3]) == saved
    process.kill()  # its step is told, however it went
    process.communicate()
    limit = time.monotonic() + 60
    while client.get_run(second).info.status == "RUNNING" and time.monotonic() < limit:
        time.sleep(0.2)
    assert client.get_run(second).info.status == "KILLED"
    assert max(checkpoints(folder, second)) >= saved


def checkpoints(folder, run):
    """The steps after which a run has saved where it stands."""
    return [int(file.stem.partition("-")[2]) for file in (folder / "checkpoints" / run).glob("step-*.checkpoint")]


REPEATED = {  # steps that are repeated over shares of the data: one share shows that they run
    "bert_nli": ("scratch", "finetuned"),
    "finetune": ("scratch", "finetuned", "frozen"),
    "nli_transfer": ("scratch", "transferred"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(option_files(PIPELINE)))
def test_every_pipeline_that_ships_runs_in_debug_fast(name, python, tmp_path):
    once = [f"steps.{step}.stages.subset.fraction=0.2" for step in REPEATED.get(name, ())]
    overrides = (f"+pipeline={name}", "debug=fast", *once)
    done = python("-m", "tfd2l.pipelines", *overrides)
    assert done.code == 0, done.err
    assert done.heavy == ["mlflow"]  # TensorFlow is for the steps
    client = mlflow.MlflowClient(f"sqlite:///{tmp_path}/store/mlflow.db")
    runs = client.search_runs([client.get_experiment_by_name(name).experiment_id])
    assert {run.info.status for run in runs} == {"FINISHED"}
    (parent,) = [run for run in runs if PARENT_TAG not in run.data.tags]
    steps = tfd2l.Pipeline.compose(*overrides).steps
    assert sorted(run.info.run_name for run in runs if run is not parent) == sorted(step.label for step in steps)
