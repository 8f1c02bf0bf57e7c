"""Artifacts of earlier runs: where they are looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tfd2l.artifacts import run_artifact, use_store
from tfd2l.errors import TrackingError
from tfd2l.tracking.run_store import RunStore
from tfd2l.tracking.tracked_run import TrackedRun


class Shelf:
    """A store of one artifact, as an author's test may write it."""

    def fetch(self, run: str, path: str) -> Path:
        return Path("/shelf", run, path)


def test_without_a_store_the_error_says_how_to_give_one():
    with pytest.raises(TrackingError, match=r"use_store\(tfd2l\..*RunStore\(\)\).* Received: run:12ab$"):
        run_artifact("12ab", "a.txt")


def test_the_innermost_store_is_asked_and_left_again(tmp_path):
    with TrackedRun.start(uri := f"sqlite:///{tmp_path}/mlflow.db", "test", "run", {}, None).closing() as run:
        run.log_text("kept", "a.txt")
    with use_store(RunStore(uri)):
        assert run_artifact(run.run_id[:8], "a.txt").read_text() == "kept"
        with use_store(Shelf()):
            assert run_artifact("12ab", "a.txt") == Path("/shelf/12ab/a.txt")
        with pytest.raises(TrackingError, match=r"has no artifact 'b\.txt'; .* It has: a\.txt\. Received: run:"):
            run_artifact(run.run_id, "b.txt")
