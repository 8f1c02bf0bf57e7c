"""A run that stopped goes on: the same run, no step twice; and what is not the same run is refused."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import keras
import mlflow
import numpy as np
import pytest

import tfd2l
from tfd2l.config.interpolations import resolve
from tfd2l.errors import Interrupted, ResumeError, TrackingError
from tfd2l.pipelines.experiment.resume import MADE_TAG, SEVERAL, digest, made_by
from tfd2l.pipelines.experiment.stopped_run import find_stopped_run
from tfd2l.tracking.run_process import ERROR_TAG, PROCESS_TAG
from tfd2l.tracking.tracked_run import FINGERPRINT_TAG, TrackedRun
from tfd2l.training.settings import ResumeSettings

EACH_STEP = ("trainer.epochs=2", "trainer.checkpoint_every=5", "model.dropout=0.1", "trainer.log_every=2")
REPORTS = ("reports={}",)


def interrupt_at(experiment, step):
    """Ask the process to stop after a step of a run."""
    fit = experiment.fit

    def with_signal(built, run, checkpointing):
        take_step, taken = built.step.__class__.submit, []

        def counted(self, batch):
            taken.append(batch)
            if len(taken) == step:
                os.kill(os.getpid(), signal.SIGTERM)
            return take_step(self, batch)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(built.step.__class__, "submit", counted)
            return fit(built, run, checkpointing)

    experiment.fit = with_signal


def weights(trained):
    return [np.array(variable) for variable in (*trained.model.variables, *trained.built.optimizer.variables)]


def histories(client, run_id):
    """Every metric but the times: [(step, value), ...]."""
    keys = [key for key in client.get_run(run_id).data.metrics if not key.startswith("time/")]
    return {key: [(m.step, m.value) for m in client.get_metric_history(run_id, key)] for key in keys}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def whole(store, tiny_overrides):
    """A run that was never interrupted."""
    uri = f"tracking.uri=sqlite:///{store}/mlflow.db"
    config = tfd2l.compose("+experiment=nli_bert", *tiny_overrides, *EACH_STEP, *REPORTS, uri)
    experiment = tfd2l.Experiment.from_config(config)
    result = experiment.run()
    return result.trained, result


@pytest.mark.slow
def test_an_interrupted_run_goes_on_as_the_same_run_and_ends_the_same(tiny, store, whole):
    client = mlflow.MlflowClient(f"sqlite:///{store}/mlflow.db")
    experiment = tiny(*EACH_STEP, *REPORTS, store=store)
    interrupt_at(experiment, 33)
    with pytest.raises(Interrupted, match=r"^interrupted after step 33, .* `resume=(\w+)` goes on there\.$") as caught:
        experiment.run()
    run_id = str(caught.value).partition("resume=")[2].partition("`")[0]
    assert client.get_run(run_id).info.status == "KILLED"
    again = tiny(*EACH_STEP, *REPORTS, f"resume={run_id}", store=store)
    result = again.run()
    assert result.run_id == run_id
    assert client.get_run(run_id).info.status == "FINISHED"
    assert "tfd2l.error" not in client.get_run(run_id).data.tags
    assert histories(client, run_id) == histories(client, whole[1].run_id)
    for one, other in zip(weights(result.trained), weights(whole[0]), strict=True):
        np.testing.assert_array_equal(one, other)
    assert not (store / "checkpoints" / run_id).exists()


@pytest.mark.slow
def test_auto_takes_the_stopped_run_of_the_same_configuration_or_starts_anew(tiny, tmp_path):
    for seed in (1, 2):
        experiment = tiny(*EACH_STEP, *REPORTS, f"seed={seed}", "resume=auto", store=tmp_path)
        interrupt_at(experiment, 3)
        with pytest.raises(Interrupted):
            experiment.run()
    uri = f"sqlite:///{tmp_path}/mlflow.db"

    def found(settings, *overrides):
        return find_stopped_run(settings, uri, tiny(*EACH_STEP, *REPORTS, *overrides).config)

    one, two, three = (found(ResumeSettings("auto"), f"seed={seed}") for seed in (1, 2, 3))
    assert {one.run_id, two.run_id} == {path.name for path in (tmp_path / "checkpoints").iterdir()}
    assert one.run_id != two.run_id
    assert three is None
    with pytest.raises(
        ResumeError, match=rf"made by something else.* trainer\.epochs: then 2, now 3\. .*=true`.*={one.run_id}$"
    ):
        found(ResumeSettings(one.run_id), "seed=1", "trainer.epochs=3")
    assert found(ResumeSettings(one.run_id, force=True), "seed=1", "trainer.epochs=3").run_id == one.run_id


def test_a_run_that_was_killed_begins_again_under_its_id_and_logs_nothing_twice(tmp_path):
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    short = ("trainer.epochs=3", "trainer.log_every=1", "tracking.log_model=false", "callbacks.progress=null")
    config = resolve(tfd2l.compose("+experiment=nadaraya_watson", *short, f"tracking.uri={uri}"))
    whole = tfd2l.Experiment(config).run()
    client = mlflow.MlflowClient(uri)
    wanted = histories(client, whole.run_id)
    killed = TrackedRun.start(uri, config["name"], "killed", {MADE_TAG: digest(made_by(config))}, None)
    killed.log_params({"seed": config["seed"], "resume.run_id": None})
    for key, points in wanted.items():
        killed.log_metric_rows([(step, 1, {key: value}) for step, value in points if step <= 1])
    killed.log_tags({PROCESS_TAG: "4194305 1"})  # more than Linux gives
    again = tfd2l.Experiment({**config, "resume": {"run_id": "auto", "force": False}}).run()
    assert again.run_id == killed.run_id
    assert histories(client, again.run_id) == wanted
    run = client.get_run(again.run_id)
    assert (run.info.status, run.data.params["resume.run_id"]) == ("FINISHED", "None")
    assert run.data.params.keys() == client.get_run(whole.run_id).data.params.keys()
    assert ERROR_TAG not in run.data.tags
    killed = TrackedRun.start(uri, config["name"], "killed", {MADE_TAG: digest(made_by(config))}, None)
    killed.log_tags({PROCESS_TAG: "4194305 1", FINGERPRINT_TAG: "of other data"})
    for _ in range(2):  # what is refused changes nothing
        with pytest.raises(ResumeError, match="fingerprint of the data: then of other data, now "):
            tfd2l.Experiment({**config, "resume": {"run_id": killed.run_id, "force": False}}).run()


def test_what_a_run_was_made_by_changes_with_its_options_alone(tiny):
    made = digest(made_by(tiny().config))
    assert made == digest(made_by(tiny("resume=auto", "tracking.run_name=x", "name=x").config))
    assert made != digest(made_by(tiny("seed=1").config))


@pytest.mark.slow
def test_a_run_that_was_forced_to_go_on_is_not_said_to_be_made_by_one_configuration(tiny, tmp_path):
    experiment = tiny(*EACH_STEP, *REPORTS, store=tmp_path)
    interrupt_at(experiment, 3)
    with pytest.raises(Interrupted):
        experiment.run()
    (run_id,) = [path.name for path in (tmp_path / "checkpoints").iterdir()]
    tiny(*EACH_STEP, *REPORTS, "trainer.log_every=3", f"resume={run_id}", "resume.force=true", store=tmp_path).run()
    run = mlflow.MlflowClient(f"sqlite:///{tmp_path}/mlflow.db").get_run(run_id)
    assert (run.info.status, run.data.tags[MADE_TAG]) == ("FINISHED", SEVERAL)


@pytest.mark.slow
def test_changed_images_and_parts_that_learn_at_different_rates_go_on_bit_by_bit_the_same(tmp_path):
    config = tfd2l.compose(
        *("+experiment=augmentation_cifar10", "tables.augmentation=strong", "model=lenet", "~model.width"),
        *("dataset.num_images=100", "dataset.image_size=32", "stages.batch.batch_size=20"),
        *(
            "trainer.epochs=2",
            "trainer.checkpoint_every=3",
            "trainer.learning_rate_multipliers={classifier: 10}",
            *REPORTS,
        ),
        f"tracking.uri=sqlite:///{tmp_path}/mlflow.db",
    )
    whole = tfd2l.Experiment.from_config(config).run().trained
    stopped = tfd2l.Experiment.from_config(config)
    interrupt_at(stopped, 5)
    with pytest.raises(Interrupted):
        stopped.run()
    config.resume.run_id = "auto"
    again = tfd2l.Experiment.from_config(config).run().trained
    assert int(again.built.optimizer.iterations) == 8
    for one, other in zip(weights(again), weights(whole), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_run_that_the_store_does_not_have_is_told(tiny, tmp_path):
    experiment = tiny(*EACH_STEP, *REPORTS, store=tmp_path)
    interrupt_at(experiment, 1)
    with pytest.raises(Interrupted):
        experiment.run()
    (run_id,) = [path.name for path in (tmp_path / "checkpoints").iterdir()]
    (tmp_path / "checkpoints").rename(tmp_path / "kept")
    (tmp_path / "other").mkdir()
    (tmp_path / "kept").rename(tmp_path / "other" / "checkpoints")
    with pytest.raises(TrackingError, match=f"No run starts with.*Received: resume={run_id}"):
        tiny(*EACH_STEP, *REPORTS, f"resume={run_id}", store=tmp_path / "other").run()


@pytest.mark.slow
def test_a_run_whose_process_is_killed_again_and_again_ends_bit_by_bit_the_same(store, whole, tiny_overrides):
    client = mlflow.MlflowClient(f"sqlite:///{store}/mlflow.db")
    before = {path.name for path in (store / "checkpoints").iterdir()}
    uri = f"tracking.uri=sqlite:///{store}/mlflow.db"
    typed = ["+experiment=nli_bert", *tiny_overrides, *EACH_STEP, *REPORTS, uri, "resume=auto"]
    command = [sys.executable, "-m", "tfd2l.pipelines", *typed]

    def checkpoints():
        return {path for path in (store / "checkpoints").glob("*/step-*.checkpoint") if path.parent.name not in before}

    for _ in range(2):
        had = checkpoints()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        while checkpoints() <= had and process.poll() is None:
            time.sleep(0.01)
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    (run_id,) = {path.name for path in (store / "checkpoints").iterdir()} - before
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"goes on with run {run_id}" in done.stdout + done.stderr
    assert histories(client, run_id) == histories(client, whole[1].run_id)
    theirs = keras.saving.load_model(
        mlflow.artifacts.download_artifacts(
            f"runs:/{run_id}/checkpoint/model.keras", tracking_uri=str(client.tracking_uri)
        ),
        compile=False,
    )
    for one, other in zip(theirs.get_weights(), whole[0].model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
