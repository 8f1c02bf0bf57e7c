"""Open a file, or one inside a zip archive; what the system refuses becomes an error of the user's data."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from tfd2l.errors import DataError

File = Path | zipfile.Path
"""A file, or one inside an archive."""

UNREADABLE = (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError)
"""What reading raises; a RuntimeError says that an archive is encrypted."""

UNPACKED = ".gz"
UTF8_NAME = 0x800  # the flag of a zip member whose name is said to be UTF-8


@contextmanager
def open_bytes(file: File) -> Iterator[IO[bytes]]:
    """Opens a file for reading; a name that ends in `.gz` is unpacked on the way.

    Raises:
        DataError: it cannot be opened, or breaks off while it is read.
    """
    try:
        if isinstance(file, Path):
            file = file.expanduser()
        with file.open("rb") as stream:
            if file.name.lower().endswith(UNPACKED):
                with gzip.open(stream) as unpacked:
                    yield cast("IO[bytes]", unpacked)
            else:
                yield stream
    except UNREADABLE as error:
        raise DataError(f"{file}: cannot be read: {format_reason(error)}. Received: {file}") from error


def open_zip(path: Path) -> zipfile.ZipFile:
    """Opens a zip archive, also one that a Windows program wrote.

    Backslashes in names become slashes. A name without the mark of UTF-8 that is UTF-8 all the same (old macOS, many
    scripts) is read as UTF-8; otherwise as code page 437, as the format says.

    Raises:
        OSError, zipfile.BadZipFile: there is no such archive.
    """
    archive = zipfile.ZipFile(path)
    for member in archive.infolist():
        name = member.filename
        if not member.flag_bits & UTF8_NAME:
            name = _as_utf8(name)
        member.filename = name.replace("\\", "/")
    archive.NameToInfo = {member.filename: member for member in archive.infolist()}
    return archive


def get_size(file: File) -> int:
    """Returns how many bytes a file holds, or one inside an archive once it is unpacked."""
    return file.stat().st_size if isinstance(file, Path) else file.root.getinfo(file.at).file_size


def format_reason(error: BaseException) -> str:
    """Says in words why reading failed."""
    return str(getattr(error, "strerror", None) or error) or type(error).__name__


def _as_utf8(name: str) -> str:
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name
