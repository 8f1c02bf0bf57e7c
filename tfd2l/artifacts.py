"""Files of runs: where a run keeps its own, and how to get those of an earlier one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tfd2l.errors import TrackingError, did_you_mean

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


def run_artifact(run_id: str, path: str) -> Path:
    """A local copy of an artifact of a run in the current MLflow store.

    Raises:
        TrackingError: no such run, or the run has no such artifact.
    """
    import mlflow
    from mlflow.exceptions import MlflowException

    client = mlflow.MlflowClient()
    try:
        client.get_run(run_id)
    except MlflowException as error:
        experiments = [experiment.experiment_id for experiment in client.search_experiments()]
        known = [run.info.run_id for run in client.search_runs(experiments, max_results=1000)]
        raise TrackingError(
            f"There is no run {run_id!r} in {mlflow.get_tracking_uri()}.{did_you_mean(run_id, known)} "
            f"`tfd2l ui` shows the runs. Received: run:{run_id}"
        ) from error
    try:
        return Path(mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path=path))
    except (MlflowException, OSError) as error:
        there = [item.path for item in client.list_artifacts(run_id)]
        raise TrackingError(
            f"Run {run_id} has no artifact {path!r}; did it finish? It has: {', '.join(there) or 'none'}. "
            f"Received: run:{run_id}"
        ) from error
