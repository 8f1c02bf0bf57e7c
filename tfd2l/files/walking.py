"""Files and folders inside a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from tfd2l.errors import DataError
from tfd2l.files.names import is_hidden
from tfd2l.files.opening import format_reason


def walk_files(folder: Path) -> list[Path]:
    """Lists all files in a folder and its subfolders, by name, without hidden ones.

    Links are followed, but not in circles.

    Args:
        folder: The folder.

    Returns:
        The files.

    Raises:
        DataError: A folder or file in it cannot be read.
    """
    return sorted(file for inside in _walk_folders(folder, frozenset()) for file in list_folder(inside)[1])


def walk_folders(folder: Path) -> list[Path]:
    """Lists a folder and all its subfolders, by name, without hidden ones.

    Args:
        folder: The folder.

    Returns:
        The folders.
    """
    return sorted(_walk_folders(folder, frozenset()))


def find_files(folder: Path, name: str) -> list[Path]:
    """Finds the files with a name, in any case, in a folder and its subfolders.

    Args:
        folder: The folder.
        name: The name.

    Returns:
        The files.
    """
    return [file for file in walk_files(folder) if file.name.lower() == name.lower()]


def require_one(files: Sequence[Path], folder: Path, name: str) -> Path:
    """Returns the only file of a list.

    Args:
        files: One or more files.
        folder: The folder that was searched, for the error.
        name: The name that was searched for, for the error.

    Returns:
        The file.

    Raises:
        DataError: There are several.
    """
    if len(files) > 1:
        found = ", ".join(str(file.relative_to(folder)) for file in files)
        raise DataError(f"{folder}: several files are called {name}; keep one. Received: {found}")
    return files[0]


def list_folder(folder: Path) -> tuple[list[Path], list[Path]]:
    """Lists the folders and the files directly in a folder, by name, without hidden ones.

    Args:
        folder: The folder.

    Returns:
        The folders and the files.

    Raises:
        DataError: The folder cannot be read, or has a broken link in it.
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
            raise DataError(f"{entry}: a broken link. Correct or remove it. Received: {os.readlink(entry)}")
    return folders, files


def _walk_folders(folder: Path, above: frozenset[str]) -> Iterator[Path]:
    real = os.path.realpath(folder)
    if real in above:
        return
    yield folder
    for inside in list_folder(folder)[0]:
        yield from _walk_folders(inside, above | {real})
