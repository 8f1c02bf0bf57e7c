"""The snapshots of a run: few are kept, the best among them, and a damaged one is passed over."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.errors import ResumeError
from tfd2l.training.checkpoint.file import Snapshot, read_snapshot
from tfd2l.training.checkpoint.store import Snapshots


def at(step):
    return Snapshot({"weight": np.full(3, step, np.float32)}, {"step": step})


@pytest.fixture
def kept(tmp_path):
    return Snapshots(tmp_path / "run", keep=2)


def names(snapshots):
    return sorted(file.name for file in snapshots.folder.iterdir())


def test_what_made_a_snapshot_is_read_without_its_arrays(tmp_path):
    snapshots = Snapshots(tmp_path / "run", keep=2)
    assert snapshots.made_by() == {}
    for step in (1, 2):
        snapshots.save(Snapshot({"a": np.zeros(3)}, {"step": step, "made_by": {"seed": str(step)}}), best=step == 1)
    snapshots.wait()
    assert snapshots.made_by() == {"seed": "2"}
    (tmp_path / "run" / "step-000000002.snapshot").write_bytes(b"torn")
    assert snapshots.made_by() == {"seed": "1"}
    best, first = (tmp_path / "run" / name for name in ("best.snapshot", "step-000000001.snapshot"))
    assert best.stat().st_ino == first.stat().st_ino


def test_the_last_few_and_the_best_are_kept(kept):
    for step, best in [(5, False), (10, True), (15, False), (100, False)]:
        kept.save(at(step), best=best)
    kept.wait()
    assert names(kept) == ["best.snapshot", "step-000000015.snapshot", "step-000000100.snapshot"]
    assert kept.latest().facts["step"] == 100
    assert read_snapshot(kept.folder / "best.snapshot").facts["step"] == 10


def test_a_damaged_one_is_said_and_passed_over(kept, caplog):
    for step in (1, 2):
        kept.save(at(step))
    kept.wait()
    file = kept.folder / "step-000000002.snapshot"
    file.write_bytes(file.read_bytes()[:-5])
    assert kept.latest().facts["step"] == 1
    assert f"{file} is damaged" in caplog.text
    assert "going back to the one before" in caplog.text


def test_only_damaged_ones_are_an_error(kept):
    kept.save(at(1))
    kept.wait()
    (kept.folder / "step-000000001.snapshot").write_bytes(b"")
    with pytest.raises(ResumeError, match=r"Every snapshot of the run is damaged\. Received: .*step-000000001"):
        kept.latest()


def test_a_run_without_snapshots_has_no_latest(kept):
    assert kept.latest() is None
    kept.discard()


def test_a_finished_run_keeps_none(kept):
    kept.save(at(1), best=True)
    kept.save(at(2))
    kept.discard()
    assert not kept.folder.exists()


def test_what_a_killed_process_was_writing_is_removed_by_the_next(kept):
    kept.folder.mkdir()
    for torn in (".step-000000001.snapshot.4711", ".best.snapshot.4711"):
        (kept.folder / torn).write_bytes(b"torn")
    kept.save(at(2))
    kept.wait()
    assert names(kept) == ["step-000000002.snapshot"]


def test_a_write_that_failed_is_raised_not_lost(tmp_path):
    (tmp_path / "run").write_text("a file where the folder should be")
    snapshots = Snapshots(tmp_path / "run")
    snapshots.save(at(1))
    with pytest.raises(FileExistsError):
        snapshots.wait()
