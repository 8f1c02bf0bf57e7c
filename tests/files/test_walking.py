"""The files inside a folder."""

from __future__ import annotations

import pytest

from tfd2l.errors import DataError
from tfd2l.files.walking import find_files, list_folder, require_one, walk_files, walk_folders


def names(folder):
    return [str(file.relative_to(folder)) for file in walk_files(folder)]


def test_hidden_files_are_skipped_and_links_followed(tmp_path):
    folder = tmp_path / ".cache" / "data"  # that it lies in a hidden folder does not matter
    for name in ("b.txt", "a/c.txt", "a/._c.txt", ".DS_Store", "__MACOSX/a/c.txt", ".git/config", "A/Thumbs.db"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    assert names(folder) == ["a/c.txt", "b.txt"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "d.txt").write_text("")
    (folder / "linked").symlink_to(tmp_path / "other")
    (folder / "a" / "circle").symlink_to(folder)
    (folder / "a" / "self").symlink_to(folder / "a")
    assert names(folder) == ["a/c.txt", "b.txt", "linked/d.txt"]


def test_broken_link_is_an_error(tmp_path):
    (tmp_path / "a.txt").symlink_to(tmp_path / "gone.txt")
    with pytest.raises(DataError, match=r"a\.txt: a broken link\. Correct or remove it\. Received: .*gone\.txt"):
        walk_files(tmp_path)


def test_circle_of_links_is_an_error(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(DataError, match="a broken link"):
        walk_files(tmp_path)


def test_folders_and_files_are_found_by_name_in_any_case(tmp_path):
    for name in ("a/Labels.CSV", "a/b/x.txt", ".git/labels.csv", "__MACOSX/a/labels.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert walk_folders(tmp_path) == [tmp_path, tmp_path / "a", tmp_path / "a" / "b"]
    assert list_folder(tmp_path / "a") == ([tmp_path / "a" / "b"], [tmp_path / "a" / "Labels.CSV"])
    found = find_files(tmp_path, "labels.csv")
    assert require_one(found, tmp_path, "labels.csv") == tmp_path / "a" / "Labels.CSV"
    (tmp_path / "a" / "b" / "labels.csv").write_text("")
    with pytest.raises(
        DataError, match=r"several files are called labels\.csv; keep one\. Received: a/Labels\.CSV, a/b"
    ):
        require_one(find_files(tmp_path, "labels.csv"), tmp_path, "labels.csv")
