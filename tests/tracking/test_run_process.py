"""A run whose process is gone is marked KILLED; one that lives, or is on another machine, is left alone."""

from __future__ import annotations

import os
import subprocess
import sys

import mlflow
import pytest

from tfd2l.tracking import run_process
from tfd2l.tracking.run_process import (
    ERROR_TAG,
    HOST_TAG,
    PROCESS_TAG,
    ProcessState,
    end_lost_runs,
    host,
    is_own,
    process_state,
    process_tags,
)
from tfd2l.tracking.tracked_run import TrackedRun


@pytest.fixture
def ended():
    """The id of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.fixture
def waiting():
    """A process that lives until the test ends."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.communicate(b"\n")


def tags_of(pid, started="1 boot"):
    return {HOST_TAG: host(), PROCESS_TAG: f"{pid} {started}"}


@pytest.mark.parametrize("proc", ["/proc", "/no/such/folder"], ids=["/proc", "psutil"])
def test_a_process_is_told_by_its_id_and_when_it_started(monkeypatch, waiting, ended, proc):
    monkeypatch.setattr(run_process, "PROC", type(run_process.PROC)(proc))
    assert process_state(process_tags()) is ProcessState.LIVE
    assert is_own(process_tags())
    started = run_process.start_time(waiting.pid)
    assert process_state(tags_of(waiting.pid, started)) is ProcessState.LIVE
    assert not is_own(tags_of(waiting.pid, started))
    assert process_state(tags_of(waiting.pid, f"{started}1")) is ProcessState.GONE  # another one has the id now
    assert process_state(tags_of(ended, started)) is ProcessState.GONE


def test_a_process_that_nobody_has_waited_for_is_gone():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    tags = tags_of(process.pid, run_process.start_time(process.pid))
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert process_state(tags) is ProcessState.GONE
    process.communicate()


@pytest.mark.parametrize(
    "tags",
    [{}, {HOST_TAG: "elsewhere/12", PROCESS_TAG: "1 2"}, {HOST_TAG: host()}, tags_of("x"), tags_of(10**30)],
    ids=["nothing", "another machine", "no process", "no id", "too large"],
)
def test_what_cannot_be_known_is_unknown(tags):
    assert process_state(tags) is ProcessState.UNKNOWN


def test_a_process_that_this_user_may_not_see_is_unknown(monkeypatch, ended):
    def refused(pid, signal):
        raise PermissionError

    monkeypatch.setattr(os, "kill", refused)
    assert process_state(tags_of(ended)) is ProcessState.UNKNOWN


def test_the_next_start_marks_the_lost_runs_of_this_machine_alone(tmp_path, ended, waiting):
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    own = TrackedRun.start(uri, "test", "own", {}, None)
    runs = {
        "lost": tags_of(ended),
        "live": tags_of(waiting.pid, run_process.start_time(waiting.pid)),
        "elsewhere": {**tags_of(ended), HOST_TAG: "elsewhere/12"},
    }
    for name, tags in runs.items():
        run = TrackedRun.start(uri, "test", name, {}, own.run_id)
        run.log_tags(tags)
        runs[name] = run.run_id
    TrackedRun.start(uri, "another", "next", {}, None)
    client = mlflow.MlflowClient(uri)
    status = {name: client.get_run(run_id).info.status for name, run_id in runs.items()}
    assert status == {"lost": "KILLED", "live": "RUNNING", "elsewhere": "RUNNING"}
    assert client.get_run(own.run_id).info.status == "RUNNING"
    lost = client.get_run(runs["lost"])
    assert lost.data.tags[ERROR_TAG].startswith(f"process {ended} on ")
    assert lost.info.end_time is not None
    assert end_lost_runs(client) == []
