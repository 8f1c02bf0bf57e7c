"""Which MLflow store runs go to; one absolute store for all runs of a checkout."""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path
from urllib.parse import unquote, urlparse

from tfd2l.config.paths import checkout
from tfd2l.errors import TrackingError

CONNECT_SECONDS = 5
FOLDER = "mlruns"
DATABASE = "mlflow.db"
ARTIFACTS = "artifacts"
VARIABLE = "MLFLOW_TRACKING_URI"
MEMORY = ":memory:"
SQLITE = re.compile(r"(?P<scheme>sqlite(?:\+\w+)?)://(?:/(?P<path>[^?]*))?(?P<options>\?.*)?", re.DOTALL)
OPTIONS = re.compile(r"\?\w+=[^&/]*(?:&\w+=[^&/]*)*")


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
    """The store to use: `tracking.uri`, else `MLFLOW_TRACKING_URI`, else the local SQLite store.

    The file of a SQLite store that is given by a relative path is looked for from the working directory, and the URI
    that comes back holds the whole path.
    """
    uri = configured or os.environ.get(VARIABLE)
    if not uri:
        return sqlite_uri(local_folder() / DATABASE)
    found = SQLITE.fullmatch(uri)
    if found is None or not found["path"] or found["path"] == MEMORY:
        return uri
    return f"{found['scheme']}:///{_quoted(Path(unquote(found['path'])).absolute())}{found['options'] or ''}"


def sqlite_uri(file: Path) -> str:
    """The URI of a SQLite file, as SQLAlchemy reads it: a percent sign or a question mark would mean something."""
    return f"sqlite:///{_quoted(file)}"


def _quoted(file: Path) -> str:
    return re.sub(r"%(?=[0-9A-Fa-f]{2})|\?", lambda found: f"%{ord(found[0]):02X}", str(file))


def sqlite_file(uri: str) -> Path | None:
    """The database file of a SQLite URI; None for any other store."""
    found = SQLITE.fullmatch(uri)
    return Path(unquote(found["path"] or "")) if found else None


def artifact_folder(uri: str) -> Path | None:
    """Where a local store keeps its artifacts, beside the database; None lets the server say."""
    file = sqlite_file(uri)
    return file.resolve().parent / ARTIFACTS if file else None


def describe_origin(uri: str) -> str:
    """`tracking.uri='...'`, or the environment variable if the store comes from there: for the end of an error."""
    given = os.environ.get(VARIABLE)
    return f"{VARIABLE}={given!r}" if given and tracking_uri(None) == uri else f"tracking.uri={uri!r}"


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
            f"(`tracking.uri=http://HOST:5000`), or leave tracking.uri out. Received: {describe_origin(uri)}"
        )
    if scheme in ("http", "https"):
        _require_answer(uri)
    if scheme.partition("+")[0] == "sqlite":
        _require_file(uri)


def _require_file(uri: str) -> None:
    found = SQLITE.fullmatch(uri)
    if found is None or found["path"] in (None, "", MEMORY):
        raise TrackingError(
            "A SQLite store is a file, for all runs to be kept in: `tracking.uri=sqlite:////FOLDER/mlflow.db`. "
            f"Received: {describe_origin(uri)}"
        )
    if found["options"] and not OPTIONS.fullmatch(found["options"]):
        raise TrackingError(
            "In the URI of a SQLite store a question mark begins options (`?timeout=30`); in the name of a folder or "
            f"file it is written %3F. Received: {describe_origin(uri)}"
        )
    file = Path(unquote(found["path"]))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        probe = file.parent / f".tfd2l-{os.getpid()}"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise TrackingError(
            f"The store cannot be written: {file.parent}: {error.strerror or error}. Choose another place: "
            f"`tracking.uri=sqlite:////FOLDER/mlflow.db`, or run where you may write. Received: {describe_origin(uri)}"
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
            f"Received: {describe_origin(uri)}"
        ) from error
