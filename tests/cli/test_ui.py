"""`tfd2l ui`: a free port, and a store that is there."""

from __future__ import annotations

import os
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tfd2l.cli.main import main
from tfd2l.cli.ui import LAST_PORT, free_port
from tfd2l.errors import TrackingError
from tfd2l.tracking.tracked_run import TrackedRun

HOST = "127.0.0.1"


@pytest.fixture
def taken():
    """A port that somebody listens on."""
    with socket.socket() as listening:
        listening.bind((HOST, 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_free_port_is_taken_as_it_is(taken):
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        free = probe.getsockname()[1]
    assert free_port(HOST, free) == free != taken


def test_a_taken_port_gives_way_to_the_next_free_one(taken):
    port = free_port(HOST, taken)
    assert taken < port < taken + 100
    with socket.socket() as probe:
        probe.bind((HOST, port))


@pytest.mark.parametrize("first", [LAST_PORT + 1, -200])
def test_ports_that_do_not_exist_are_refused(first):
    with pytest.raises(TrackingError, match=f"choose one with --port. Received: {first}"):
        free_port(HOST, first)


class EmptyStore(BaseHTTPRequestHandler):
    """Answers as an MLflow server without runs does."""

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST

    def log_message(self, *_):
        pass


def test_of_a_server_the_pages_on_it_are_printed(capsys):
    with ThreadingHTTPServer((HOST, 0), EmptyStore) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        uri = f"http://{HOST}:{server.server_port}/below"
        assert main(["ui", "--uri", uri]) == 0
        server.shutdown()
    assert f"\n  {uri}/#/experiments?workflowType=machine_learning " in capsys.readouterr().out


def test_a_database_without_files_is_refused_with_the_way(capsys):
    assert main(["ui", "--uri", "postgresql://host/runs"]) == 2
    assert "`mlflow ui --backend-store-uri postgresql://host/runs`" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["", "the start of its id"])
def test_the_links_of_a_run_are_printed_once_the_server_answers(name, tmp_path, monkeypatch, capfd, taken):
    uri = f"sqlite:///{tmp_path}/c#/mlflow.db"
    run = TrackedRun.start(uri, "mine", "a run", {}, None)
    started = []
    monkeypatch.setattr(os, "execv", lambda *command: started.append(command) or 0)
    monkeypatch.setattr("tfd2l.cli.ui.free_port", lambda host, port: taken)
    main(["ui", *([run.run_id[:6]] if name else []), "--uri", uri])
    ((program, command),) = started
    assert program == sys.executable
    assert command[command.index("--default-artifact-root") + 1] == f"file://{tmp_path}/c%23/artifacts"
    out = ""
    while "all experiments" not in out:
        out += capfd.readouterr().out
    newest = "run" if name else "newest run"
    number = run.client.get_experiment_by_name("mine").experiment_id
    page = f"http://{HOST}:{taken}/#/experiments/{number}/runs"
    assert f"  {page}/{run.run_id}?workflowType=machine_learning   {newest} {run.run_id[:8]} (a run)\n" in out
    assert f"  {page}?workflowType=machine_learning   runs beside it\n" in out


def test_a_store_that_cannot_be_written_exits_2(capsys):
    assert main(["ui", "--uri", "sqlite:////proc/nowhere/mlflow.db"]) == 2
    assert capsys.readouterr().err.startswith("error: The store cannot be written: /proc/nowhere: ")
