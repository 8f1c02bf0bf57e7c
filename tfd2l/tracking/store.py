"""Which MLflow store runs go to; one absolute store for all runs of a checkout."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from urllib.parse import urlparse

from tfd2l.config.paths import checkout
from tfd2l.errors import TrackingError

CONNECT_SECONDS = 5
FOLDER = "mlruns"
DATABASE = "mlflow.db"
ARTIFACTS = "artifacts"


def local_folder() -> Path:
    """The folder of the local store.

    The nearest `mlruns/` at or above the working directory; else that of the checkout that tfd2l runs from; else
    `mlruns/` in the working directory.
    """
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if (folder / FOLDER).is_dir():
            return folder / FOLDER
    return (checkout() or here) / FOLDER


def tracking_uri(configured: str | None) -> str:
    """The store to use: `tracking.uri`, else `MLFLOW_TRACKING_URI`, else the local SQLite store."""
    return configured or os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{local_folder() / DATABASE}"


def sqlite_file(uri: str) -> Path | None:
    """The database file of a SQLite URI; None for any other store."""
    parsed = urlparse(uri)
    return Path(parsed.path[1:]) if parsed.scheme == "sqlite" else None


def artifact_folder(uri: str) -> Path | None:
    """Where a local store keeps its artifacts, beside the database; None lets the server say."""
    file = sqlite_file(uri)
    return file.resolve().parent / ARTIFACTS if file else None


def require_writable(uri: str) -> None:
    """Fail before anything is computed if the store cannot be written; needs no MLflow import.

    Raises:
        TrackingError: the folder cannot be made or written, no server answers, or the scheme is one that MLflow 3 no
            longer opens.
    """
    scheme = urlparse(uri).scheme
    if scheme in ("", "file"):
        raise TrackingError(
            "MLflow 3 opens no new file store; use SQLite (`tracking.uri=sqlite:////FOLDER/mlflow.db`), a server "
            f"(`tracking.uri=http://HOST:5000`), or leave tracking.uri out. Received: tracking.uri={uri!r}"
        )
    if scheme in ("http", "https"):
        _require_answer(uri)
    file = sqlite_file(uri)
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        probe = file.parent / f".tfd2l-{os.getpid()}"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise TrackingError(
            f"The store cannot be written: {file.parent}: {error.strerror or error}. Choose another place: "
            f"`tracking.uri=sqlite:////FOLDER/mlflow.db`, or run where you may write. Received: tracking.uri={uri!r}"
        ) from error


def _require_answer(uri: str) -> None:
    """One short connection: MLflow itself tries for minutes."""
    try:
        parsed = urlparse(uri)
        address = (parsed.hostname or "", parsed.port or (443 if parsed.scheme == "https" else 80))
        socket.create_connection(address, CONNECT_SECONDS).close()
    except (OSError, ValueError) as error:
        raise TrackingError(
            f"No MLflow server answers there: {error}. Start it, or leave tracking.uri out for the local store. "
            f"Received: tracking.uri={uri!r}"
        ) from error
