"""The artifacts of the runs of an MLflow store."""

from __future__ import annotations

from pathlib import Path

from mlflow.exceptions import MlflowException

from tfd2l.errors import TrackingError
from tfd2l.tracking.find_run import find_run
from tfd2l.tracking.open_store import client_of
from tfd2l.tracking.store import tracking_uri
from tfd2l.tracking.stored_files import fetch_artifact


class RunStore:
    """An MLflow store as a source of earlier runs' artifacts (`tfd2l.artifacts.ArtifactStore`).

    It is opened when a run is first looked for.

    Args:
        uri: of the store; None takes that of `MLFLOW_TRACKING_URI`, else the local one.
    """

    def __init__(self, uri: str | None = None) -> None:
        self.uri = tracking_uri(uri)

    def fetch(self, run: str, path: str) -> Path:
        """Returns a local copy of an artifact of a run.

        Args:
            run: the run's id, or the start of it.
            path: of the artifact.

        Raises:
            TrackingError: no such run, or the run has no such artifact.
        """
        client = client_of(self.uri)
        run_id = find_run(client, run, received=f"run:{run}").info.run_id
        try:
            return fetch_artifact(client, run_id, path)
        except (MlflowException, OSError) as error:
            there = [item.path for item in client.list_artifacts(run_id)]
            raise TrackingError(
                f"Run {run_id} has no artifact {path!r}; did it finish? It has: {', '.join(there) or 'none'}. "
                f"Received: run:{run_id}"
            ) from error
