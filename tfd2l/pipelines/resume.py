"""Which run to go on with, and whether this one is the same."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tfd2l.errors import ResumeError
from tfd2l.tracking.environment import flat, versions
from tfd2l.tracking.store import artifact_folder, local_folder
from tfd2l.training.settings import ResumeSettings
from tfd2l.training.snapshot import Snapshot
from tfd2l.training.snapshots import Snapshots

log = logging.getLogger("tfd2l")

FOLDER = "snapshots"
MADE_TAG = "tfd2l.made_by"
SEVERAL = "several configurations"  # of a run that went on with `resume.force=true`
AUTO = "auto"
DATA = "fingerprint of the data"
FREE = ("tracking", "resume", "name", "description")  # sections that results do not depend on
PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Stopped:
    """A run that can go on.

    Arguments:
        run_id: the MLflow run.
        snapshot: where it stands.
    """

    run_id: str
    snapshot: Snapshot


def snapshot_folder(uri: str) -> Path:
    """Where the snapshots of the runs of a store are kept: beside a local one, else in the local folder."""
    artifacts = artifact_folder(uri)
    return (artifacts.parent if artifacts else local_folder()) / FOLDER


def made_by(config: Mapping[str, Any]) -> dict[str, str]:
    """What results depend on: every key of the configuration, the code, and what computes."""
    keys = {path: repr(value) for path, value in flat({k: v for k, v in config.items() if k not in FREE})}
    computes = {name: version for name, version in versions().items() if name in ("python", "tensorflow", "keras")}
    return {**keys, "code of tfd2l": code_digest(), **{f"version of {name}": v for name, v in computes.items()}}


def digest(made: Mapping[str, str]) -> str:
    """16 hex digits that change when anything changes that results depend on: a tag of every run."""
    return hashlib.sha256(repr(sorted(made.items())).encode()).hexdigest()[:16]


def code_digest() -> str:
    """A digest of the package's source: another commit, or an edited file, gives another."""
    digest = hashlib.sha256()
    for file in sorted(PACKAGE.rglob("*.py")):
        digest.update(f"{file.relative_to(PACKAGE)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def stopped_run(settings: ResumeSettings, folder: Path, wanted: Mapping[str, str]) -> Stopped | None:
    """The run to go on with; None starts a new one.

    Raises:
        ResumeError: the run named has no snapshots, or is of another configuration.
    """
    if settings.run_id is None:
        return None
    if settings.run_id == AUTO:
        found = _last_like(folder, wanted)
        log.info("resume=auto: %s", f"goes on with run {found.run_id}" if found else "no run to go on with; a new one")
        return found
    snapshot = Snapshots(folder / settings.run_id).latest()
    if snapshot is None:
        kept = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        raise ResumeError(
            f"The run has no snapshot to go on from: it is finished, or stopped before the first one. Runs with "
            f"snapshots: {', '.join(kept) or '(none)'}. Received: resume={settings.run_id}"
        )
    require_same(snapshot, wanted, settings)
    return Stopped(settings.run_id, snapshot)


def require_same(snapshot: Snapshot, wanted: Mapping[str, str], settings: ResumeSettings) -> None:
    """Refuse a snapshot that something else has made.

    Raises:
        ResumeError: with the keys that differ, unless `resume.force=true`.
    """
    made = snapshot.facts["made_by"]
    keys = differing(made, wanted)
    if keys and not settings.force:
        told = "; ".join(f"{key}: then {made.get(key, 'nothing')}, now {wanted.get(key, 'nothing')}" for key in keys)
        raise ResumeError(
            f"The snapshot was made by something else, so the run could not go on as it began. {told}. Give what it "
            f"was made by, or go on all the same with `resume.force=true`. Received: resume={settings.run_id}"
        )


def differing(made: Mapping[str, str], wanted: Mapping[str, str]) -> list[str]:
    """Keys whose values differ, those that only one of the two has included; the data's only once they are known."""
    keys = {*made, *wanted} if DATA in wanted else {*made, *wanted} - {DATA}
    return sorted(key for key in keys if made.get(key) != wanted.get(key))


def _last_like(folder: Path, wanted: Mapping[str, str]) -> Stopped | None:
    runs = [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
    for path in sorted(runs, key=lambda path: path.stat().st_mtime, reverse=True):
        snapshots = Snapshots(path)
        made = snapshots.made_by()
        if made and not differing(made, wanted):
            snapshot = snapshots.latest()
            if snapshot is not None:
                return Stopped(path.name, snapshot)
    return None
