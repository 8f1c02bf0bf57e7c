"""The files that a run keeps."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from tfd2l.tracking.stored_files import fetch_artifact

if TYPE_CHECKING:
    from mlflow import MlflowClient

CHECKPOINT = "checkpoint/model.keras"  # artifact: the trained Keras model
FIGURES = "figures"  # folder of artifacts


def list_files(client: MlflowClient, run_id: str, folder: str | None = None) -> list[str]:
    """Returns the paths of the artifacts of a run, those in folders too.

    Args:
        client: of the store.
        run_id: the run.
        folder: of the artifacts; None takes all.
    """
    paths: list[str] = []
    for item in client.list_artifacts(run_id, folder):
        paths += list_files(client, run_id, item.path) if item.is_dir else [item.path]
    return sorted(paths)


def fetch_figures(client: MlflowClient, run_id: str) -> dict[str, Path]:
    """Returns name -> file of each figure of a run.

    Args:
        client: of the store.
        run_id: the run.
    """
    names = {
        str(PurePosixPath(path).relative_to(FIGURES).with_suffix("")): path
        for path in list_files(client, run_id, FIGURES)
    }
    return {name: fetch_artifact(client, run_id, path) for name, path in names.items()}
