"""The figures that a run keeps, as files on this machine."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from tfd2l.tracking.open_store import client_of
from tfd2l.tracking.stored_files import fetch_artifact

FOLDER = "figures"  # of artifacts


def fetch_figures(uri: str, run_id: str) -> dict[str, Path]:
    """Returns name -> file of each figure of a run.

    Args:
        uri: of the store.
        run_id: the run.
    """
    client = client_of(uri)
    paths, folders = list[str](), [FOLDER]
    while folders:
        for item in client.list_artifacts(run_id, folders.pop()):
            (folders if item.is_dir else paths).append(item.path)
    names = {str(PurePosixPath(path).relative_to(FOLDER).with_suffix("")): path for path in sorted(paths)}
    return {name: fetch_artifact(client, run_id, path) for name, path in names.items()}
