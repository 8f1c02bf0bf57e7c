"""Describes what a run was made by, which decides whether it can be resumed, and where its checkpoints are."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tfd2l.tracking.environment import flat, versions
from tfd2l.tracking.store import artifact_folder, local_folder

FOLDER = "checkpoints"
OLD_FOLDER = "snapshots"  # of stores made by version 0.1
MADE_TAG = "tfd2l.made_by"
SEVERAL = "several configurations"  # of a run that went on with `resume.force=true`
AUTO = "auto"
DATA = "fingerprint of the data"
FREE = ("tracking", "resume", "name", "description")  # sections that results do not depend on
PACKAGE = Path(__file__).resolve().parents[2]


def checkpoint_folder(uri: str, folder: str = FOLDER) -> Path:
    """Where checkpoints of the runs of a store are kept: beside a local one, else in a local folder of its own."""
    artifacts = artifact_folder(uri)
    if artifacts:
        return artifacts.parent / folder
    return local_folder() / folder / f"store-{hashlib.sha256(uri.encode()).hexdigest()[:8]}"


def made_by(config: Mapping[str, Any]) -> dict[str, str]:
    """Returns what results depend on: every key of the configuration, the code, and the versions of what computes."""
    keys = {path: repr(value) for path, value in flat({k: v for k, v in config.items() if k not in FREE})}
    computes = {name: version for name, version in versions().items() if name in ("python", "tensorflow", "keras")}
    return {**keys, "code of tfd2l": code_digest(), **{f"version of {name}": v for name, v in computes.items()}}


def digest(made: Mapping[str, str]) -> str:
    """Returns 16 hex digits that identify what results depend on; they are a tag of every run."""
    return hashlib.sha256(repr(sorted(made.items())).encode()).hexdigest()[:16]


def code_digest() -> str:
    """Returns a digest of the package's source, which changes with every edited file."""
    digest = hashlib.sha256()
    for file in sorted(PACKAGE.rglob("*.py")):
        digest.update(f"{file.relative_to(PACKAGE)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def find_differences(made: Mapping[str, str], wanted: Mapping[str, str]) -> list[str]:
    """Returns the keys whose values differ or that only one has; that of the data only where both have it."""
    keys = {*made, *wanted} if DATA in made and DATA in wanted else {*made, *wanted} - {DATA}
    return sorted(key for key in keys if made.get(key) != wanted.get(key))
