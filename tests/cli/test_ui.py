"""`tfd2l ui`: a free port, and a store that is there."""

from __future__ import annotations

import socket

import pytest

from tfd2l.cli.main import main
from tfd2l.cli.ui import LAST_PORT, free_port
from tfd2l.errors import TrackingError

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


def test_a_server_is_opened_in_the_browser(capsys):
    assert main(["ui", "--uri", "http://example.org:5000"]) == 0
    assert "open http://example.org:5000 in a browser" in capsys.readouterr().out


def test_a_store_that_cannot_be_written_exits_2(capsys):
    assert main(["ui", "--uri", "sqlite:////proc/nowhere/mlflow.db"]) == 2
    assert capsys.readouterr().err.startswith("error: The store cannot be written: /proc/nowhere: ")
