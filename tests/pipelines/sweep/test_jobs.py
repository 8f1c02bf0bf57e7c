"""The runs of a sweep in the order of its jobs, and the finished run of a configuration, in a real store."""

from __future__ import annotations

import pytest

import tfd2l
from tfd2l.config.interpolations import resolve
from tfd2l.pipelines.experiment import finished_runs
from tfd2l.pipelines.experiment.finished_runs import FinishedRuns
from tfd2l.pipelines.experiment.resume import MADE_TAG, digest, made_by
from tfd2l.pipelines.sweep.jobs import JOB_TAG, find_finished_job, job_tags, list_jobs, sweep_plan
from tfd2l.tracking.tracked_run import FINGERPRINT_TAG, TrackedRun


@pytest.fixture(scope="module")
def config():
    return resolve(tfd2l.compose("+experiment=nadaraya_watson", "resume=auto"))


@pytest.fixture
def uri(tmp_path):
    return f"sqlite:///{tmp_path}/mlflow.db"


def test_jobs_are_in_their_order_and_the_last_run_of_a_job_is_it(uri):
    runs = [
        TrackedRun.start(uri, "test", "job", {f"{JOB_TAG}{parent}": number}, None)
        for parent, number in [("a1", "10"), ("a1", "2"), ("b2", "3"), ("a1", "2")]
    ]
    assert [run.info.run_id for run in list_jobs(runs[0].client, "a1")] == [runs[3].run_id, runs[0].run_id]


def test_outside_of_a_sweep_there_are_no_jobs(uri, config, monkeypatch):
    assert job_tags() == {}
    monkeypatch.setenv("TFD2L_PARENT_RUN", "a1")
    assert job_tags() == {}
    assert find_finished_job(config, uri) is None


def test_a_sweep_is_the_same_if_configuration_and_values_are(config):
    plan = sweep_plan(config, ["seed=0,1", "optimizer=sgd,adam"])
    assert plan == sweep_plan({**config, "resume": {"run_id": None}, "name": "x"}, ["optimizer=sgd,adam", "seed=0,1"])
    assert plan != sweep_plan(config, ["seed=0,1,2", "optimizer=sgd,adam"])
    assert plan != sweep_plan({**config, "seed": 7}, ["seed=0,1", "optimizer=sgd,adam"])


def test_the_last_finished_run_counts_if_its_data_are_the_same_and_its_model_is_kept(uri, config, monkeypatch):
    asked = []
    monkeypatch.setattr(finished_runs, "compute_fingerprint", lambda dataset: asked.append(dataset) or "12ab")
    made = {MADE_TAG: digest(made_by(config)), FINGERPRINT_TAG: "12ab"}

    def run(status, keeps_model=True, tags=made):
        run = TrackedRun.start(uri, "test", "run", tags, None)
        run.log_params({"tracking.log_model": keeps_model})
        run.end(status)
        return run

    finished = run("FINISHED")
    run("FAILED")
    run("FINISHED", keeps_model=False)
    found = FinishedRuns(finished.client)
    assert found.find(config).info.run_id == finished.run_id
    assert found.find({**config, "seed": 7}) is None
    assert found.find(config, parent="a1") is None
    run("FINISHED", tags={**made, FINGERPRINT_TAG: "of other data"})
    assert found.find(config) is None
    assert len(asked) == 1
