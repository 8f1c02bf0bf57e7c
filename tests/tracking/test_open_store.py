"""Opening a store: any path, several processes at once, experiments that are there, deleted or new."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tfd2l.errors import TrackingError
from tfd2l.tracking.open_store import client_of, open_experiment
from tfd2l.tracking.store import sqlite_uri
from tfd2l.tracking.stored_files import fetch_artifact
from tfd2l.tracking.tracked_run import TrackedRun

OPEN = """
import sys, time
from pathlib import Path
from tfd2l.tracking.tracked_run import TrackedRun
folder = Path(sys.argv[1])
(folder / f"ready{sys.argv[2]}").touch()
while len(list(folder.glob("ready*"))) < 2:
    time.sleep(0.001)
TrackedRun.start(f"sqlite:///{folder}/store/mlflow.db", "same", "run", {}, None).end("FINISHED")
"""


@pytest.fixture(scope="module")
def uri(tmp_path_factory):
    return f"sqlite:///{tmp_path_factory.mktemp('store')}/mlflow.db"


@pytest.mark.parametrize("name", ["c# ü 50%", "a%23b what?"])
def test_a_store_may_stand_in_any_folder(name, tmp_path):
    file = tmp_path / name / "mlflow.db"
    run = TrackedRun.start(sqlite_uri(file), "an experiment", "a run", {}, None)
    run.log_text("kept", "texts/a.txt")
    assert file.is_file()
    kept = fetch_artifact(run.client, run.run_id, "texts/a.txt")
    assert kept.read_text() == "kept"
    assert kept.is_relative_to(tmp_path / name / "artifacts")


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "mlflow.db").write_text("not a database")
    with pytest.raises(TrackingError, match=r"file is not a database\. Is it another program's file.*Received: "):
        client_of(sqlite_uri(tmp_path / "mlflow.db"))


def test_processes_that_open_a_new_store_at_once_all_live(tmp_path):
    command = [sys.executable, "-c", OPEN, str(tmp_path)]
    processes = [subprocess.Popen([*command, str(n)], stderr=subprocess.PIPE, env=os.environ) for n in range(2)]
    for process in processes:
        _, errors = process.communicate()
        assert process.returncode == 0, errors.decode()
    client = client_of(f"sqlite:///{tmp_path}/store/mlflow.db")
    experiment = client.get_experiment_by_name("same")
    assert [run.info.status for run in client.search_runs([experiment.experiment_id])] == ["FINISHED"] * 2


def test_a_deleted_experiment_is_told_with_what_brings_it_back(uri):
    client = client_of(uri)
    number = open_experiment(client, "gone", {})
    client.delete_experiment(number)
    told = rf"'gone' is deleted\. Bring it back: `MLFLOW_TRACKING_URI={uri} mlflow experiments restore --experiment-id "
    with pytest.raises(TrackingError, match=rf"{told}{number}`.*Received: name=gone$"):
        TrackedRun.start(uri, "gone", "a run", {}, None)
    client.restore_experiment(number)
    assert open_experiment(client, "gone", {}) == number


def test_an_experiment_that_another_process_has_just_made_is_taken(uri, monkeypatch):
    client = client_of(uri)
    find = client.get_experiment_by_name
    answers = [lambda name: None, find]  # it is not there yet; it is there
    number = client.create_experiment("mine")
    monkeypatch.setattr(client, "get_experiment_by_name", lambda name: answers.pop(0)(name))
    assert open_experiment(client, "mine", {}) == number


def test_tags_do_not_replace_what_somebody_wrote(uri):
    client = client_of(uri)
    number = open_experiment(client, "tagged", {"kind": "first"})
    open_experiment(client, "tagged", {"kind": "second", "note": "a note"})
    tags = client.get_experiment(number).tags
    assert (tags["kind"], tags["note"]) == ("first", "a note")
