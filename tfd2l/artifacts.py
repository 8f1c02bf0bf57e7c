"""Files of runs: where a run keeps its own, and how to get those of an earlier one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tfd2l.errors import TrackingError

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


def run_artifact(run: str, path: str) -> Path:
    """Returns a local copy of an artifact of a run in the current MLflow store.

    Args:
        run: the run's id, or the start of it.
        path: of the artifact.

    Raises:
        TrackingError: no such run, or the run has no such artifact.
    """
    import mlflow
    from mlflow.exceptions import MlflowException

    from tfd2l.tracking.find_run import find_run

    client = mlflow.MlflowClient()
    run_id = find_run(client, run, received=f"run:{run}").info.run_id
    try:
        return Path(mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path=path))
    except (MlflowException, OSError) as error:
        there = [item.path for item in client.list_artifacts(run_id)]
        raise TrackingError(
            f"Run {run_id} has no artifact {path!r}; did it finish? It has: {', '.join(there) or 'none'}. "
            f"Received: run:{run}"
        ) from error
