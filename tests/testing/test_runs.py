"""`run_tiny` runs an experiment small and offline, and leaves nothing behind."""

from __future__ import annotations

import socket

import keras
import pytest

import tfd2l
from tfd2l.errors import ConfigError
from tfd2l.registry import unregister
from tfd2l.testing import run_tiny


def test_runs_an_experiment_with_a_component_of_this_process(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    @tfd2l.register("optimizer", "mine")
    class Mine(keras.optimizers.SGD):
        pass

    try:
        result = run_tiny(
            "airfoil", "optimizer.name=mine", "optimizer.learning_rate=0.05", "reports=null", store=tmp_path / "store"
        )
    finally:
        unregister("optimizer", "mine")
    assert result.metrics["loss"] > 0
    assert result.shortened
    assert str(tmp_path / "store") in result.tracking_uri
    assert [file.name for file in tmp_path.iterdir()] == ["store"]


def test_the_network_is_refused(monkeypatch):
    def run(self):
        socket.create_connection(("192.0.2.1", 9), timeout=1)

    monkeypatch.setattr(tfd2l.Experiment, "run", run)
    with pytest.raises(ConnectionError, match=r"run_tiny is offline.*Received: a connection to 192\.0\.2\.1"):
        run_tiny("airfoil")


def test_the_configuration_is_checked():
    with pytest.raises(ConfigError, match="airfoyl"):
        run_tiny("airfoyl")
