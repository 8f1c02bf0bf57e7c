"""Opening of files and of members of zip archives; failures become errors of the user's data."""

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
    """Opens a file for reading bytes; a name that ends in `.gz` is decompressed.

    Args:
        file: The file, or a member of a zip archive.

    Yields:
        The stream.

    Raises:
        DataError: The file cannot be opened, or reading it fails.
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
    """Opens a zip archive, also one that was made on Windows.

    Backslashes in names become slashes. Names without the flag of UTF-8 that are UTF-8 nevertheless (old macOS, many
    scripts) are read as UTF-8, others as code page 437, as the format defines.

    Args:
        path: The archive.

    Returns:
        The open archive.

    Raises:
        OSError: The file cannot be opened.
        zipfile.BadZipFile: The file is no zip archive.
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
    """Returns the size of a file in bytes, uncompressed if it is a member of an archive.

    Args:
        file: The file, or a member of a zip archive.

    Returns:
        The number of bytes.
    """
    return file.stat().st_size if isinstance(file, Path) else file.root.getinfo(file.at).file_size


def format_reason(error: BaseException) -> str:
    """Formats why reading failed.

    Args:
        error: The exception.

    Returns:
        The system's words if there are any, else the message or the name of the exception.

    Example:
        >>> from tfd2l.files.opening import format_reason
        >>> format_reason(EOFError())
        'EOFError'
    """
    return str(getattr(error, "strerror", None) or error) or type(error).__name__


def _as_utf8(name: str) -> str:
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name
