"""Archives are unpacked once, and never half."""

from __future__ import annotations

import tarfile
import zipfile

import pytest

from tfd2l.data.readers.archives import unpack_archive
from tfd2l.errors import DataError


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TFD2L_DATA", str(tmp_path / "cache"))
    return tmp_path / "cache" / "unpacked"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data" / "inner").mkdir(parents=True)
    (tmp_path / "data" / "inner" / "a.txt").write_text("a")
    return tmp_path / "data"


def zipped(folder, file, name="inner/a.txt"):
    with zipfile.ZipFile(file, "w") as archive:
        archive.write(folder / "inner" / "a.txt", name)
    return file


def test_a_folder_is_itself(folder):
    assert unpack_archive(folder) == folder


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tgz"])
def test_an_archive_is_unpacked_once(folder, tmp_path, cache, name):
    file = tmp_path / name
    if name.endswith(".zip"):
        zipped(folder, file)
    else:
        with tarfile.open(file, "w:gz" if "gz" in name else "w") as archive:
            archive.add(folder / "inner", "inner")
    kept = unpack_archive(file)
    assert (kept / "inner" / "a.txt").read_text() == "a"
    assert list(cache.iterdir()) == [kept]
    (kept / "mark").write_text("")
    assert unpack_archive(file) == kept
    assert (kept / "mark").is_file()


def test_an_archive_of_other_content_is_another(folder, tmp_path):
    first = unpack_archive(zipped(folder, tmp_path / "a.zip"))
    (folder / "inner" / "a.txt").write_text("b")
    assert unpack_archive(zipped(folder, tmp_path / "a.zip")) != first


def test_nothing_is_written_outside_of_the_folder(folder, tmp_path, cache):
    kept = unpack_archive(zipped(folder, tmp_path / "a.zip", "../../outside.txt"))
    assert (kept / "outside.txt").is_file()
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        archive.add(folder / "inner" / "a.txt", "../../outside.txt")
    with pytest.raises(DataError, match=r"a\.tar: cannot be unpacked as a tar archive"):
        unpack_archive(tmp_path / "a.tar")
    assert not (cache.parent.parent / "outside.txt").exists()
    assert list(cache.iterdir()) == [kept]  # nothing half


def test_what_is_no_archive_is_told(tmp_path):
    (tmp_path / "images.zip").write_bytes(b"no zip")
    with pytest.raises(DataError, match=r"images\.zip: cannot be unpacked as a zip archive: .*Received: 6 bytes"):
        unpack_archive(tmp_path / "images.zip")
    with pytest.raises(DataError, match=r"no such file or folder\. Did you mean 'images\.zip'\?"):
        unpack_archive(tmp_path / "image.zip")
