"""The files inside a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tfd2l.errors import DataError
from tfd2l.files.names import is_hidden
from tfd2l.files.opening import reason_of


def walk_files(folder: Path) -> list[Path]:
    """Returns all files in a folder and the folders in it, by name, without hidden ones.

    Links are followed, but not in circles.

    Raises:
        DataError: a folder or file in it cannot be read.
    """
    return sorted(_walk(folder, frozenset()))


def _walk(folder: Path, above: frozenset[str]) -> Iterator[Path]:
    real = os.path.realpath(folder)
    if real in above:
        return
    try:
        inside = [entry for entry in folder.iterdir() if not is_hidden(entry.name)]
    except OSError as error:
        raise DataError(f"{folder}: cannot be read: {reason_of(error)}. Received: {folder}") from error
    for entry in inside:
        if entry.is_dir():
            yield from _walk(entry, above | {real})
        elif entry.is_file():
            yield entry
        elif entry.is_symlink():
            raise DataError(f"{entry}: a link to nothing. Mend or remove it. Received: {os.readlink(entry)}")
