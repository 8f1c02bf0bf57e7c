"""`tfd2l clean` in a real store: what it offers, what it removes, and what it never touches."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

import mlflow
import numpy as np
import pytest

from tfd2l.cli.main import main
from tfd2l.pipelines.experiment.resume import OLD_FOLDER, checkpoint_folder
from tfd2l.tracking.run_process import HOST_TAG, PROCESS_TAG
from tfd2l.tracking.tracked_run import TrackedRun
from tfd2l.training.checkpoint.file import Checkpoint
from tfd2l.training.checkpoint.store import CheckpointStore

KILOBYTE = 1000
OF_NO_STORE = "0123456789abcdef" * 2


@pytest.fixture
def uri(tmp_path, monkeypatch):
    """A store, a cache and a folder of temporary files of this test's own."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setenv("TFD2L_DATA", str(tmp_path / "cache"))
    uri = f"sqlite:///{tmp_path}/store/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    return uri


@pytest.fixture
def left(uri):
    """A function: a run with a checkpoint of 200 kB, as a process leaves it."""

    def leave(name, end=None, tags=None):
        run = TrackedRun.start(uri, "test", name, {}, None)
        save(checkpoint_folder(uri) / run.run_id)
        run.log_tags(tags or {})
        if end:
            run.end(end)
        return run.run_id

    return leave


def save(folder):
    checkpoints = CheckpointStore(folder)
    checkpoints.save(Checkpoint({"a": np.zeros(200 * KILOBYTE, np.uint8)}, {"step": 1}), best=True)
    checkpoints.wait()


def kept(uri):
    return {path.name for path in checkpoint_folder(uri).iterdir()}


def test_checkpoints_are_removed_that_nothing_needs_and_of_stopped_runs_if_that_is_asked(uri, left, capsys):
    finished, deleted = left("done", "FINISHED"), left("gone", "FINISHED")
    mlflow.MlflowClient(uri).delete_run(deleted)
    save(checkpoint_folder(uri) / OF_NO_STORE)
    save(checkpoint_folder(uri) / "store-12ab34cd" / OF_NO_STORE)  # of a server
    save(checkpoint_folder(uri, OLD_FOLDER) / OF_NO_STORE)
    lost = left("lost", tags={PROCESS_TAG: "4194305 1"})  # more than Linux gives
    stopped = {left("stopped", "KILLED"), left("failed", "FAILED"), lost}
    living = {left("own"), left("elsewhere", tags={HOST_TAG: "elsewhere/12"}), "store-12ab34cd"}
    everything = kept(uri)

    assert main(["clean"]) == 0
    out = capsys.readouterr().out
    assert kept(uri) == everything
    assert "     0.2 MB  checkpoints of finished runs\n" in out  # of two names, counted once
    assert f"run {finished} (done, FINISHED, " in out
    assert "     0.6 MB  checkpoints of runs that the store does not have, or that are deleted\n" in out
    assert "     0.6 MB  checkpoints of stopped runs; `resume` needs them (only with --stopped)\n" in out
    assert out.endswith("Nothing is removed. `tfd2l clean --yes` frees 0.8 MB.\n")
    assert not any(run_id in out for run_id in living)

    assert main(["clean", "--yes"]) == 0
    assert capsys.readouterr().out.endswith("0.8 MB freed.\n")
    assert kept(uri) == stopped | living
    assert main(["clean", "--dry-run", "--stopped"]) == 0
    assert capsys.readouterr().out.endswith("`tfd2l clean --stopped --yes` frees 0.6 MB.\n")
    assert main(["clean", "--stopped", "--yes"]) == 0
    assert kept(uri) == living
    assert main(["clean", "--stopped"]) == 0
    assert capsys.readouterr().out.endswith("There is nothing to free.\n")


def test_temporary_files_are_removed_once_their_process_is_gone(uri, left, tmp_path, capsys):
    left("any", "KILLED")
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    gone = process.pid
    stale = [
        tmp_path / "temporary" / f"tfd2l-{gone}-ab12cd34",
        tmp_path / "cache" / "deep" / f"unfinished-{gone}-ab12cd34",
        tmp_path / "store" / f".tfd2l-{gone}",
    ]
    others = [
        tmp_path / "temporary" / f"tfd2l-{os.getpid()}-ab12cd34",
        tmp_path / "temporary" / f"other-{gone}-ab12cd34",
        tmp_path / "temporary" / "tfd2l-ab12cd34",
    ]
    young = tmp_path / "temporary" / f"tfd2l-{gone}-young"
    for path in (*stale, *others, young):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(100 * KILOBYTE))
        if path is not young:
            os.utime(path, (0, time.time() - 7200))
    assert main(["clean"]) == 0
    out = capsys.readouterr().out
    assert "     0.3 MB  temporary files of processes that are gone\n" in out
    assert main(["clean", "--yes"]) == 0
    assert not any(path.exists() for path in stale)
    assert all(path.exists() for path in (*others, young))


def test_artifacts_and_models_of_deleted_runs_are_offered_and_removed_if_that_is_asked(uri, tmp_path, capsys):
    client = mlflow.MlflowClient(uri)
    models = {}
    for name in ("deleted", "registered", "kept"):
        run = TrackedRun.start(uri, "test", name, {}, None)
        run.log_text("x" * 300 * KILOBYTE, "figures/f.txt")
        experiment = client.get_run(run.run_id).info.experiment_id
        models[name] = client.create_logged_model(experiment, name="model", source_run_id=run.run_id)
        (tmp_path / "made").mkdir(exist_ok=True)
        (tmp_path / "made" / "weights").write_bytes(bytes(400 * KILOBYTE))
        client.log_model_artifacts(models[name].model_id, str(tmp_path / "made"))
        if name == "registered":
            client.create_registered_model("of_users")
            client.create_model_version("of_users", models[name].artifact_location, run_id=run.run_id)
        run.end("FINISHED")
        if name != "kept":
            client.delete_run(run.run_id)

    def sizes():
        files = [path for path in (tmp_path / "store" / "artifacts").rglob("*") if path.is_file()]
        return sorted(path.stat().st_size // KILOBYTE for path in files)

    before = sizes()
    assert before.count(300) == before.count(400) == 3
    assert main(["clean"]) == 0
    assert "     1.0 MB  artifacts of deleted runs; `mlflow runs restore` needs them (only with --deleted)\n" in (
        out := capsys.readouterr().out
    )
    assert out.endswith("There is nothing to free.\n")
    assert main(["clean", "--deleted", "--yes"]) == 0
    assert sizes().count(300) == 1
    assert sizes().count(400) == 2  # of the run that is not deleted, and of the registered model
    there = {model.model_id for model in client.search_logged_models([experiment])}
    assert there == {models["registered"].model_id, models["kept"].model_id}


def test_a_store_that_is_not_there_is_not_made(uri, tmp_path, capsys):
    assert main(["clean", "--yes"]) == 0
    assert capsys.readouterr().out == f"There is no store yet: {uri}\n"
    assert not (tmp_path / "store").exists()
