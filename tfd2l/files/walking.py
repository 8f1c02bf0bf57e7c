"""The files inside a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from tfd2l.errors import DataError
from tfd2l.files.names import is_hidden
from tfd2l.files.opening import format_reason


def walk_files(folder: Path) -> list[Path]:
    """Returns all files in a folder and the folders in it, by name, without hidden ones.

    Links are followed, but not in circles.

    Raises:
        DataError: a folder or file in it cannot be read.
    """
    return sorted(file for inside in _walk(folder, frozenset()) for file in list_folder(inside)[1])


def walk_folders(folder: Path) -> list[Path]:
    """Returns a folder and all folders in it, by name, as `walk_files` does."""
    return sorted(_walk(folder, frozenset()))


def find_files(folder: Path, name: str) -> list[Path]:
    """Returns the files of a name, in any case, in a folder and the folders in it."""
    return [file for file in walk_files(folder) if file.name.lower() == name.lower()]


def require_one(files: Sequence[Path], folder: Path, name: str) -> Path:
    """Returns the one file of several that could be meant.

    Args:
        files: one or more.
        folder: that was searched.
        name: what was searched for.

    Raises:
        DataError: there are several.
    """
    if len(files) > 1:
        found = ", ".join(str(file.relative_to(folder)) for file in files)
        raise DataError(f"{folder}: several files are called {name}; leave one. Received: {found}")
    return files[0]


def list_folder(folder: Path) -> tuple[list[Path], list[Path]]:
    """Returns the folders and the files directly in a folder, by name, without hidden ones.

    Raises:
        DataError: it cannot be read, or has a link to nothing in it.
    """
    try:
        inside = sorted(entry for entry in folder.iterdir() if not is_hidden(entry.name))
    except OSError as error:
        raise DataError(f"{folder}: cannot be read: {format_reason(error)}. Received: {folder}") from error
    folders, files = [], []
    for entry in inside:
        if entry.is_dir():
            folders.append(entry)
        elif entry.is_file():
            files.append(entry)
        elif entry.is_symlink():
            raise DataError(f"{entry}: a link to nothing. Mend or remove it. Received: {os.readlink(entry)}")
    return folders, files


def _walk(folder: Path, above: frozenset[str]) -> Iterator[Path]:
    real = os.path.realpath(folder)
    if real in above:
        return
    yield folder
    for inside in list_folder(folder)[0]:
        yield from _walk(inside, above | {real})
