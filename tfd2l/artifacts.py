"""Files of runs: where a run keeps its own, and how to get those of an earlier one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tfd2l.errors import TrackingError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Artifacts(Protocol):
    """Where figures, tables and texts of a run are kept."""

    def log_figure(self, figure: Figure, path: str) -> None:
        """Keep a figure as `path` (.png)."""

    def log_table(self, columns: Mapping[str, Sequence[Any]], path: str) -> None:
        """Keep a table as `path` (.json), shown as a table in the MLflow UI."""

    def log_text(self, text: str, path: str) -> None:
        """Keep a text as `path`."""

    def log_folder(self, folder: Path, path: str) -> None:
        """Keep every file of a folder below `path`."""


class ArtifactStore(Protocol):
    """Where artifacts of earlier runs are; `tfd2l.tracking.run_store.RunStore` is the one of MLflow."""

    def fetch(self, run: str, path: str) -> Path:
        """Returns a local copy of the artifact `path` of a run, which is named by its id or the start of it."""
        ...


_store: ContextVar[ArtifactStore | None] = ContextVar("store", default=None)


@contextmanager
def use_store(store: ArtifactStore) -> Iterator[None]:
    """Makes `run_artifact` look for runs in a store, within the block and in this thread.

    Args:
        store: of the experiment that is being run.
    """
    before = _store.set(store)
    try:
        yield
    finally:
        _store.reset(before)


def run_artifact(run: str, path: str) -> Path:
    """Returns a local copy of an artifact of an earlier run.

    The run is looked for in the store of the experiment that is being run. Outside of one, `use_store` says where:

        with use_store(RunStore()):  # tfd2l.tracking.run_store; the local store
            model = load_run_model("1f3a")

    Args:
        run: the run's id, or the start of it.
        path: of the artifact.

    Raises:
        TrackingError: no such run, or the run has no such artifact; or there is no store to look in.
    """
    store = _store.get()
    if store is None:
        raise TrackingError(
            "Artifacts of runs are looked for in the store of the experiment that is being run, and none is. Outside "
            "of one, say where: `with tfd2l.artifacts.use_store(tfd2l.tracking.run_store.RunStore()): ...` (the local "
            f"store; `RunStore(URI)` is another). Received: run:{run}"
        )
    return store.fetch(run, path)
