"""Local copies of what runs keep in a store: their artifacts, and their exported model."""

from __future__ import annotations

from pathlib import Path

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

from tfd2l.errors import TrackingError


def fetch_artifact(client: MlflowClient, run_id: str, path: str) -> Path:
    """Returns a local path of an artifact of a run; the file itself if the store is on this machine.

    `MlflowClient.download_artifacts` would look for models of that name in the store of the process, not in the
    client's, and copy what is already here.

    Args:
        client: a client of the store.
        run_id: the run.
        path: of the artifact, a file or a folder.

    Raises:
        MlflowException: the run has no such artifact.
    """
    return _fetch(client, client.get_run(run_id).info.artifact_uri, path)


def fetch_model(client: MlflowClient, run_id: str) -> Path:
    """Returns a local folder with the exported model of a run, as `mlflow.pyfunc.load_model` takes it.

    Args:
        client: a client of the store.
        run_id: the run.

    Raises:
        TrackingError: the run has no model.
    """
    try:
        outputs = client.get_run(run_id).outputs
        models = [client.get_logged_model(output.model_id) for output in outputs.model_outputs] if outputs else []
        if models:
            return _fetch(client, models[-1].artifact_location, "")
    except (MlflowException, OSError) as error:
        raise TrackingError(
            f"The model of run {run_id} cannot be read: {str(error).splitlines()[0]}. Received: {run_id}"
        ) from error
    raise TrackingError(
        f"Run {run_id} has no model: it did not finish, or ran with tracking.log_model=false. Received: {run_id}"
    )


def _fetch(client: MlflowClient, location: str, path: str) -> Path:
    return Path(get_artifact_repository(location, tracking_uri=client.tracking_uri).download_artifacts(path))
