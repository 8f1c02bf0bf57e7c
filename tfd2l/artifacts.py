"""Files of runs: where a run keeps its own, and how to get those of an earlier one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tfd2l.errors import TrackingError
from tfd2l.tracking.store import tracking_uri

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Artifacts(Protocol):
    """Where figures, tables and texts of a run are kept."""

    def log_figure(self, figure: Figure, path: str) -> None:
        """Keep a figure as `path` (.png)."""

    def log_metrics(self, metrics: Mapping[str, float], step: int = 0) -> None:
        """Keep numbers by name, at a step of training."""

    def log_table(self, columns: Mapping[str, Sequence[Any]], path: str) -> None:
        """Keep a table as `path` (.json), shown as a table in the MLflow UI."""

    def log_text(self, text: str, path: str) -> None:
        """Keep a text as `path`."""

    def log_folder(self, folder: Path, path: str) -> None:
        """Keep every file of a folder below `path`."""


_store: ContextVar[str | None] = ContextVar("store", default=None)


@contextmanager
def use_store(uri: str) -> Iterator[None]:
    """Lets `run_artifact` look for runs in this store, within the block and in this thread."""
    before = _store.set(uri)
    try:
        yield
    finally:
        _store.reset(before)


def run_artifact(run: str, path: str) -> Path:
    """Returns a local copy of an artifact of a run.

    The run is looked for in the store of the experiment that is being run (`use_store`); outside of one, in that of
    `MLFLOW_TRACKING_URI`, else in the local one.

    Args:
        run: the run's id, or the start of it.
        path: of the artifact.

    Raises:
        TrackingError: no such run, or the run has no such artifact.
    """
    from mlflow.exceptions import MlflowException

    from tfd2l.tracking.find_run import find_run
    from tfd2l.tracking.stored_files import fetch_artifact
    from tfd2l.tracking.tracked_run import client_of

    client = client_of(_store.get() or tracking_uri(None))
    run_id = find_run(client, run, received=f"run:{run}").info.run_id
    try:
        return fetch_artifact(client, run_id, path)
    except (MlflowException, OSError) as error:
        there = [item.path for item in client.list_artifacts(run_id)]
        raise TrackingError(
            f"Run {run_id} has no artifact {path!r}; did it finish? It has: {', '.join(there) or 'none'}. "
            f"Received: run:{run_id}"
        ) from error
