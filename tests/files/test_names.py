"""Which files are meant, and how endings and names of archives are read."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tfd2l.files.names import get_suffix, is_hidden
from tfd2l.files.opening import open_zip


@pytest.mark.parametrize(
    "name",
    [".DS_Store", "._train.tsv", "a/.git/b.txt", "__MACOSX/a/._b", "Thumbs.db", "a/THUMBS.DB", "Desktop.ini"],
)
def test_system_files_are_hidden(name):
    assert is_hidden(name)
    assert is_hidden(Path(name))


@pytest.mark.parametrize("name", ["a.txt", "a/b.tsv", "thumbs.db.txt", "./a.txt", "../a.txt", "_background_/a.png"])
def test_other_files_are_not_hidden(name):
    assert not is_hidden(name)


def test_suffixes_in_any_case():
    assert [get_suffix(name) for name in ("TRAIN.TSV", "a/b.Jsonl", "none", ".tsv")] == [".tsv", ".jsonl", "", ""]
    assert get_suffix("A.TAR.GZ", (".gz", ".tar.gz", ".zip")) == ".tar.gz"
    assert get_suffix("a.tar", (".zip",)) == ""


def test_names_in_archives_of_windows_and_old_macs(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("train\\ants\\1.txt", "cafe.txt", "über.txt"):
            archive.writestr(name, "content")
    raw = (tmp_path / "a.zip").read_bytes()
    old = "caf\u0082.txt".encode("latin-1")[:8]  # é in code page 437
    (tmp_path / "a.zip").write_bytes(raw.replace(b"cafe.txt", old))
    archive = open_zip(tmp_path / "a.zip")
    assert archive.namelist() == ["train/ants/1.txt", "café.txt", "über.txt"]
    assert archive.read("train/ants/1.txt") == b"content"
    assert zipfile.Path(archive, "train/ants/").joinpath("1.txt").read_text() == "content"
    archive.extractall(tmp_path / "out")
    assert (tmp_path / "out" / "train" / "ants" / "1.txt").is_file()
