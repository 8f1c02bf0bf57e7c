"""Finds files that are no longer needed: checkpoints, temporary files, artifacts of deleted runs."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from urllib.parse import unquote, urlparse

from mlflow import MlflowClient
from mlflow.entities import Run, ViewType

from tfd2l.config.paths import cache_dir
from tfd2l.pipelines.experiment.resume import FOLDER, OLD_FOLDER, checkpoint_folder
from tfd2l.temporary import MADE_BY
from tfd2l.tracking.find_run import describe_run, runs_where
from tfd2l.tracking.run_process import start_time
from tfd2l.tracking.store import artifact_folder

RUN_ID_LENGTH = 32  # hexadecimal digits
YOUNG_SECONDS = 3600.0  # temporary files that are younger are left alone, whosever they are
DELETED = "deleted"  # the life-cycle stage of a run


class Reason(Enum):
    """Why files can be removed."""

    FINISHED = "checkpoints of finished runs"
    UNKNOWN = "checkpoints of runs that the store does not have, or that are deleted"
    TEMPORARY = "temporary files of processes that are gone"
    STOPPED = "checkpoints of stopped runs; `resume` needs them"
    ARTIFACTS = "artifacts of deleted runs; `mlflow runs restore` needs them"


@dataclass(frozen=True)
class Leftover:
    """A file or a folder that can be removed.

    Args:
        path: of the file or folder.
        reason: why.
        about: what it belongs to, for people.
        model_id: the MLflow model whose files these are; None if they are no model's.
    """

    path: Path
    reason: Reason
    about: str
    model_id: str | None = None

    @property
    def size(self) -> int:
        """Bytes of all files; a file with several names counts once."""
        files = self.path.rglob("*") if self.path.is_dir() else [self.path]
        stats = {(stat.st_dev, stat.st_ino): stat.st_size for stat in (file.lstat() for file in files)}
        return sum(stats.values())

    def remove(self, client: MlflowClient) -> None:
        """Removes the files, and the model that they were from the store."""
        if self.model_id is not None:
            client.delete_logged_model(self.model_id)
        if self.path.is_dir():
            shutil.rmtree(self.path)
        else:
            self.path.unlink(missing_ok=True)


def find_leftovers(client: MlflowClient, uri: str) -> list[Leftover]:
    """Returns what can be removed of a store and of this machine's temporary files.

    Files of a run that may be running are never included. Call `end_lost_runs` first: it marks the others.
    """
    return [*_checkpoints(client, uri), *_temporary(uri), *_artifacts_of_deleted(client, uri)]


def _checkpoints(client: MlflowClient, uri: str) -> Iterator[Leftover]:
    folders = [path for name in (FOLDER, OLD_FOLDER) for path in _children(checkpoint_folder(uri, name))]
    folders = [path for path in folders if _is_run_id(path.name)]
    if not folders:
        return
    runs = {run.info.run_id: run for run in runs_where(client, "")}
    for path in folders:
        run = runs.get(path.name)
        if run is None:
            yield Leftover(path, Reason.UNKNOWN, f"run {path.name}")
        elif run.info.status == "FINISHED":
            yield Leftover(path, Reason.FINISHED, f"run {describe_run(run)}")
        elif run.info.status in ("KILLED", "FAILED"):
            yield Leftover(path, Reason.STOPPED, f"run {describe_run(run)}")


def _temporary(uri: str) -> Iterator[Leftover]:
    cache, artifacts = cache_dir(), artifact_folder(uri)
    found = [*_children(Path(tempfile.gettempdir())), *(cache.rglob("unfinished-*") if cache.is_dir() else ())]
    for path in found:
        made = MADE_BY.fullmatch(path.name)
        if made and _is_stale(path, made["pid"]):
            yield Leftover(path, Reason.TEMPORARY, str(path))
    for path in _children(artifacts.parent) if artifacts else ():
        _, found_probe, pid = path.name.partition(".tfd2l-")
        if found_probe and pid.isdecimal() and _is_stale(path, pid):
            yield Leftover(path, Reason.TEMPORARY, str(path))


def _is_stale(path: Path, pid: str) -> bool:
    """Returns whether a file is left over from a process of this user; in doubt, it is not."""
    try:
        stat = path.lstat()
        return (
            stat.st_uid == os.getuid()
            and time.time() - stat.st_mtime > YOUNG_SECONDS  # containers that share a folder count their own processes
            and start_time(int(pid)) is None
        )
    except (FileNotFoundError, PermissionError):
        return False


def _artifacts_of_deleted(client: MlflowClient, uri: str) -> Iterator[Leftover]:
    """Yields artifacts and models of deleted runs, if the store is a local one: a server keeps them itself."""
    root = artifact_folder(uri)
    if root is None:
        return
    for run in runs_where(client, "", view=ViewType.DELETED_ONLY):
        assert run.info.lifecycle_stage == DELETED
        path = _local(run.info.artifact_uri, root)
        if path is not None and any(path.rglob("*")):
            yield Leftover(path, Reason.ARTIFACTS, f"run {describe_run(run)}")
        if not client.search_model_versions(f"run_id = '{run.info.run_id}'"):
            yield from _models(client, run, root)


def _models(client: MlflowClient, run: Run, root: Path) -> Iterator[Leftover]:
    """Yields the exported models of a run, which MLflow keeps beside its other artifacts."""
    wanted = f"source_run_id = '{run.info.run_id}'"
    for model in client.search_logged_models([run.info.experiment_id], wanted):
        path = _local(model.artifact_location, root)
        if path is not None:
            yield Leftover(path, Reason.ARTIFACTS, f"the model of run {run.info.run_id}", model.model_id)


def _local(uri: str, root: Path) -> Path | None:
    """Returns the folder of a `file:` URI, if it exists and is below a root."""
    parsed = urlparse(uri)
    path = Path(unquote(parsed.path))
    inside = parsed.scheme in ("", "file") and path.is_dir() and path.resolve().is_relative_to(root.resolve())
    return path if inside and path.resolve() != root.resolve() else None


def _children(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _is_run_id(name: str) -> bool:
    return len(name) == RUN_ID_LENGTH and set(name) <= set("0123456789abcdef")
