"""Runs an experiment small, offline, in a store of its own."""

from __future__ import annotations

import atexit
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from unittest import mock

import tfd2l
from tfd2l.pipelines.experiment.experiment import Result
from tfd2l.temporary import temporary_prefix

LOCAL = ("127.", "localhost", "::1", "0.0.0.0")


def run_tiny(experiment: str, *overrides: str, store: Path | None = None) -> Result:
    """Runs an experiment with `debug=fast`: two steps, two batches of evaluation, every report, the exported model.

    It is offline: what needs the network fails, so that a test does not depend on it. Components are those of installed
    distributions, and those that `tfd2l.register` has registered in this process.

    Args:
        experiment: Its name, as in `+experiment=NAME`.
        overrides: What else one would type after `python -m tfd2l.pipelines`, one string each: "optimizer=mine".
        store: Folder of the MLflow store; None makes a temporary one, which lasts as long as the process.

    Returns:
        What the run came to.

    Raises:
        Tfd2lError: The configuration does not fit, or the run fails.
        ConnectionError: Something wants to reach another computer.

    Example:
        >>> from tfd2l.testing import run_tiny
        >>> result = run_tiny("airfoil", "optimizer=adam", "callbacks=null", "reports=null")
        >>> result.metrics["loss"] > 0
        True
    """
    folder = _temporary_folder() if store is None else Path(store)
    uri = f"tracking.uri=sqlite:///{folder.resolve()}/mlflow.db"
    config = tfd2l.compose(f"+experiment={experiment}", "debug=fast", uri, *overrides)
    with _offline():
        return tfd2l.Experiment.from_config(config).run()


def _temporary_folder() -> Path:
    folder = mkdtemp(prefix=temporary_prefix())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


@contextmanager
def _offline() -> Iterator[None]:
    """Refuses connections to other computers."""
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOCAL):
            raise ConnectionError(
                "run_tiny is offline: use embedded data and untrained weights in tests. Received: a connection to "
                f"{address[0]}"
            )
        connect(self, address)

    with mock.patch.object(socket.socket, "connect", refuse):
        yield
