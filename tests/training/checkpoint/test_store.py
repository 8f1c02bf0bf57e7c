"""The checkpoints of a run: few are kept, the best among them, and a damaged one is passed over."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.errors import ResumeError
from tfd2l.training.checkpoint.file import Checkpoint, read_checkpoint
from tfd2l.training.checkpoint.store import CheckpointStore


def at(step):
    return Checkpoint({"weight": np.full(3, step, np.float32)}, {"step": step})


@pytest.fixture
def kept(tmp_path):
    return CheckpointStore(tmp_path / "run", keep=2)


def names(checkpoints):
    return sorted(file.name for file in checkpoints.folder.iterdir())


def test_what_made_a_checkpoint_is_read_without_its_arrays(tmp_path):
    checkpoints = CheckpointStore(tmp_path / "run", keep=2)
    assert checkpoints.made_by() == {}
    for step in (1, 2):
        checkpoints.save(Checkpoint({"a": np.zeros(3)}, {"step": step, "made_by": {"seed": str(step)}}), best=step == 1)
    checkpoints.wait()
    assert checkpoints.made_by() == {"seed": "2"}
    (tmp_path / "run" / "step-000000002.checkpoint").write_bytes(b"torn")
    assert checkpoints.made_by() == {"seed": "1"}
    best, first = (tmp_path / "run" / name for name in ("best.checkpoint", "step-000000001.checkpoint"))
    assert best.stat().st_ino == first.stat().st_ino


def test_the_last_few_and_the_best_are_kept(kept):
    for step, best in [(5, False), (10, True), (15, False), (100, False)]:
        kept.save(at(step), best=best)
    kept.wait()
    assert names(kept) == ["best.checkpoint", "step-000000015.checkpoint", "step-000000100.checkpoint"]
    assert kept.latest().facts["step"] == 100
    assert read_checkpoint(kept.folder / "best.checkpoint").facts["step"] == 10


def test_a_damaged_one_is_said_and_passed_over(kept, caplog):
    for step in (1, 2):
        kept.save(at(step))
    kept.wait()
    file = kept.folder / "step-000000002.checkpoint"
    file.write_bytes(file.read_bytes()[:-5])
    assert kept.latest().facts["step"] == 1
    assert f"{file} is damaged" in caplog.text
    assert "going back to the one before" in caplog.text


def test_only_damaged_ones_are_an_error(kept):
    kept.save(at(1))
    kept.wait()
    (kept.folder / "step-000000001.checkpoint").write_bytes(b"")
    with pytest.raises(ResumeError, match=r"Every checkpoint of the run is damaged\. Received: .*step-000000001"):
        kept.latest()


def test_a_run_without_checkpoints_has_no_latest(kept):
    assert kept.latest() is None
    kept.discard()


def test_a_finished_run_keeps_none(kept):
    kept.save(at(1), best=True)
    kept.save(at(2))
    kept.discard()
    assert not kept.folder.exists()


def test_what_a_killed_process_was_writing_is_removed_by_the_next(kept):
    kept.folder.mkdir()
    for torn in (".step-000000001.checkpoint.4711", ".best.checkpoint.4711"):
        (kept.folder / torn).write_bytes(b"torn")
    kept.save(at(2))
    kept.wait()
    assert names(kept) == ["step-000000002.checkpoint"]


def test_a_write_that_failed_is_raised_not_lost(tmp_path):
    (tmp_path / "run").write_text("a file where the folder should be")
    checkpoints = CheckpointStore(tmp_path / "run")
    checkpoints.save(at(1))
    with pytest.raises(FileExistsError):
        checkpoints.wait()
