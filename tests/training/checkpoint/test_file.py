"""A checkpoint in a file: every type comes back bit by bit, and a torn file is found out."""

from __future__ import annotations

import ml_dtypes
import numpy as np
import pytest

from tfd2l.errors import ResumeError
from tfd2l.training.checkpoint import file as module
from tfd2l.training.checkpoint.file import Checkpoint, read_checkpoint, write_checkpoint

RNG = np.random.default_rng(0)
ARRAYS = {
    "float32": RNG.normal(size=(3, 4)).astype(np.float32),
    "not a number": np.array([np.nan, np.inf, -0.0], np.float32),
    "bfloat16": RNG.normal(size=5).astype(ml_dtypes.bfloat16),
    "scalar": np.array(7, np.int64),
    "empty": np.zeros((0, 2), np.float32),
    "bool": np.array([True, False]),
    "transposed": RNG.normal(size=(3, 4)).T,
}
FACTS = {"step": 12, "history": [{"loss": 0.1 + 0.2}], "none": None}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "a.checkpoint"


def test_every_bit_comes_back(file):
    write_checkpoint(Checkpoint(ARRAYS, FACTS), file)
    again = read_checkpoint(file)
    assert again.facts == FACTS
    assert list(again.arrays) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert again.arrays[name].dtype == array.dtype
        assert again.arrays[name].shape == array.shape
        assert again.arrays[name].tobytes() == array.tobytes()
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b[: len(b) // 2], lambda b: b"", lambda b: b[:50] + b"x" + b[51:]]
)
def test_a_torn_file_is_found_out(file, damage):
    write_checkpoint(Checkpoint(ARRAYS, FACTS), file)
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(ResumeError, match=rf"{file} is damaged.*Received: \d+ bytes"):
        read_checkpoint(file)


def test_a_write_that_fails_leaves_the_old_one(file, monkeypatch):
    write_checkpoint(Checkpoint(ARRAYS, FACTS), file)

    def full(descriptor):
        raise OSError("no space left on device")

    monkeypatch.setattr(module.os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_checkpoint(Checkpoint(ARRAYS, {"step": 13}), file)
    assert read_checkpoint(file).facts == FACTS
    assert [path.name for path in file.parent.iterdir()] == [file.name]
