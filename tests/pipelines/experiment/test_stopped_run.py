"""Which run is gone on with, in a real store; whole runs that go on are in test_resume.py."""

from __future__ import annotations

import os

import mlflow
import numpy as np
import pytest

import tfd2l
from tfd2l.config.interpolations import resolve
from tfd2l.errors import ResumeError, TrackingError
from tfd2l.pipelines.experiment.resume import DATA, MADE_TAG, digest, made_by
from tfd2l.pipelines.experiment.stopped_run import find_followed_checkpoint, find_stopped_run
from tfd2l.tracking.environment import flat
from tfd2l.tracking.run_process import ERROR_TAG, HOST_TAG, PROCESS_TAG, host, start_time
from tfd2l.tracking.tracked_run import FINGERPRINT_TAG, OVERRIDES_TAG, TrackedRun
from tfd2l.training.checkpoint.file import Checkpoint
from tfd2l.training.checkpoint.store import CheckpointStore
from tfd2l.training.settings import ResumeSettings

NO_PROCESS = 2**22 + 1  # more than Linux gives
LOST = {HOST_TAG: host(), PROCESS_TAG: f"{NO_PROCESS} 1"}
ELSEWHERE = {HOST_TAG: "elsewhere/12", PROCESS_TAG: "1 1"}
LIVE = {HOST_TAG: host(), PROCESS_TAG: f"{os.getppid()} {start_time(os.getppid())}"}


@pytest.fixture(scope="module")
def configs():
    """Seed -> a configuration as plain data."""
    return {seed: resolve(tfd2l.compose("+experiment=nadaraya_watson", f"seed={seed}")) for seed in (1, 2)}


@pytest.fixture
def uri(tmp_path):
    return f"sqlite:///{tmp_path}/mlflow.db"


@pytest.fixture
def left(uri, tmp_path, configs):
    """A function: leaves a run as a process does that is no more (or is, by `tags`); returns its id."""

    def leave(seed=1, tags=LOST, step=None, end=None):
        made = made_by(configs[seed])
        run = TrackedRun.start(uri, "test", "left", {MADE_TAG: digest(made)}, None)
        run.log_params(dict(flat(configs[seed])))
        if step is not None:
            checkpoints = CheckpointStore(tmp_path / "checkpoints" / run.run_id)
            checkpoints.save(Checkpoint({"a": np.zeros(2)}, {"step": step, "made_by": {**made, DATA: "12ab"}}))
            checkpoints.wait()
        run.log_tags(tags)
        if end:
            run.end(end)
        return run.run_id

    return leave


@pytest.fixture
def auto(uri, configs):
    """A function: what `resume=auto` takes."""
    return lambda seed=1: find_stopped_run(ResumeSettings("auto"), uri, configs[seed])


@pytest.fixture
def named(uri, configs):
    """A function: what `resume=RUN` takes."""
    return lambda run_id, seed=1, force=False: find_stopped_run(ResumeSettings(run_id, force), uri, configs[seed])


def test_a_run_that_was_killed_before_its_first_checkpoint_begins_again_and_is_marked(uri, left, auto, named):
    run_id = left()
    found = auto()
    assert (found.run_id, found.checkpoint) == (run_id, None)
    run = mlflow.MlflowClient(uri).get_run(run_id)
    assert run.info.status == "KILLED"
    assert f"process {NO_PROCESS} on " in run.data.tags[ERROR_TAG]
    assert named(run_id[:20]).run_id == run_id
    assert auto(2) is None


def test_the_newest_checkpoint_comes_before_a_run_that_has_none(left, auto):
    older, newer = left(step=3), left(step=2)
    left()
    assert older != newer
    found = auto()
    assert (found.run_id, found.checkpoint.facts["step"]) == (newer, 2)
    assert found.made_by[DATA] == "12ab"


@pytest.mark.parametrize("step", [None, 4], ids=["no checkpoint", "with one"])
@pytest.mark.parametrize("end", ["KILLED", "FAILED"])
def test_a_run_that_ended_badly_is_gone_on_with(left, auto, end, step):
    run_id = left(end=end, step=step)
    assert auto().run_id == run_id


def test_finished_runs_and_deleted_ones_are_not_gone_on_with(uri, left, auto):
    left(end="FINISHED", step=3)
    mlflow.MlflowClient(uri).delete_run(left(end="KILLED", step=3))
    assert auto() is None


@pytest.mark.parametrize("step", [None, 4], ids=["no checkpoint", "with one"])
def test_auto_leaves_runs_alone_that_may_be_running(left, auto, caplog, step):
    live, elsewhere = left(tags=LIVE, step=step), left(tags=ELSEWHERE, step=step)
    with caplog.at_level("INFO", "tfd2l"):
        assert auto() is None
    assert f"run {live} is running, in process {os.getppid()} on " in caplog.text
    assert f"If it is not running: resume={elsewhere}" in caplog.text


def test_a_run_of_another_machine_is_taken_over_if_it_is_named(left, named, caplog):
    run_id = left(tags=ELSEWHERE, step=1)
    assert named(run_id).run_id == run_id
    assert "is taken over" in caplog.text


def test_a_finished_run_is_said_to_be_finished_with_the_way_on(uri, left, named, monkeypatch):
    run_id = left(end="FINISHED")
    with pytest.raises(
        ResumeError,
        match=rf"^Run {run_id} is finished.*nadaraya_watson takes no weights .* new run: "
        rf"`python -m tfd2l\.pipelines trainer\.epochs=10`\. Received: resume={run_id[:12]}$",
    ):
        named(run_id[:12])
    typed = ["+experiment=nli_bert", "resume.run_id=auto", "model.weights=run:1"]
    run = TrackedRun.start(uri, "test", "left", {OVERRIDES_TAG: "\n".join(typed)}, None)
    run.log_params({"model.name": "bert_classifier"})
    run.end("FINISHED")
    with pytest.raises(
        ResumeError,
        match=rf"with its weights \(which of them: `tfd2l describe model bert_classifier`\): `python -m "
        rf"tfd2l\.pipelines \+experiment=nli_bert model\.weights=run:{run.run_id}`\. ",
    ):
        named(run.run_id)
    monkeypatch.setattr("tfd2l.pipelines.experiment.stopped_run.overrides", lambda: ["resume=x", "trainer.epochs=7"])
    with pytest.raises(ResumeError, match=r"\+experiment=nli_bert trainer\.epochs=7 model\.weights=run:"):
        named(run.run_id)


def test_another_configuration_is_refused_with_the_keys_that_differ(left, named):
    with_checkpoint, without = left(step=1), left()
    with pytest.raises(ResumeError, match=r"made by something else.* seed: then 1, now 2\. .*`resume\.force=true`"):
        named(with_checkpoint, seed=2)
    assert named(with_checkpoint, seed=2, force=True).run_id == with_checkpoint
    with pytest.raises(ResumeError, match=r"made by something else \(seed: then 1, now 2\): it has no state to resume"):
        named(without, seed=2, force=True)


def test_other_code_is_refused(left, named, monkeypatch):
    with_checkpoint, without = left(step=1), left()
    monkeypatch.setattr("tfd2l.pipelines.experiment.resume.code_digest", lambda: "0")
    with pytest.raises(ResumeError, match=r"code of tfd2l: then [0-9a-f]{16}, now 0"):
        named(with_checkpoint)
    with pytest.raises(ResumeError, match=r"made by something else \(the code of tfd2l, or a version\)"):
        named(without)


def test_a_run_begins_again_with_the_data_that_it_had(uri, left, auto):
    run_id = left()
    assert DATA not in auto().made_by
    mlflow.MlflowClient(uri).set_tag(run_id, FINGERPRINT_TAG, "12ab")
    assert auto().made_by[DATA] == "12ab"


def test_a_run_that_the_store_has_not_is_told(left, named):
    left()
    with pytest.raises(TrackingError, match=r"^No run starts with 'nope'.*Received: resume=nope$"):
        named("nope")


def test_what_goes_along_with_a_chief_finds_the_same_checkpoint(tmp_path, left, configs):
    left(step=1, end="KILLED")
    run_id = left(step=2, end="KILLED")
    left()
    made = made_by(configs[1])
    for settings in (ResumeSettings("auto"), ResumeSettings(run_id), ResumeSettings(run_id[:10])):
        assert find_followed_checkpoint(settings, tmp_path / "checkpoints", made).facts["step"] == 2
    assert find_followed_checkpoint(ResumeSettings(), tmp_path / "checkpoints", made) is None
    assert find_followed_checkpoint(ResumeSettings("auto"), tmp_path / "checkpoints", made_by(configs[2])) is None
