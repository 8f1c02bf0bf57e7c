"""Copies of text files in the cache: unpacked, or rewritten as TensorFlow reads lines."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tfd2l.config.paths import cache_dir
from tfd2l.data.readers.records import File
from tfd2l.errors import DataError
from tfd2l.files.encoding import is_text
from tfd2l.files.opening import format_reason, open_bytes
from tfd2l.files.text_file import BLOCK_SIZE, NEWLINE, read_utf8_blocks
from tfd2l.temporary import temporary_prefix


def unpack_text(file: File) -> Path:
    """Returns the file itself, or its copy in the cache if it lies in an archive."""
    if isinstance(file, Path):
        return file.expanduser()
    packed = file.root.getinfo(file.at)
    kept = cache_dir() / "unpacked" / f"{packed.CRC:08x}-{packed.file_size}-{Path(file.at).name}"
    if not kept.is_file():
        with open_bytes(file) as stream, _write_whole(kept) as copy:
            shutil.copyfileobj(stream, copy, BLOCK_SIZE)
    return kept


def rewrite_text(path: Path, digest: str) -> Path:
    """Returns the copy in the cache that holds the good lines of a file, in UTF-8, each with a newline."""
    kept = cache_dir() / "rewritten" / f"{digest[:16]}-{path.name}"
    if not kept.is_file():
        with open_bytes(path) as stream, _write_whole(kept) as copy:
            for block in read_utf8_blocks(stream, str(path)):
                if not is_text(block):
                    block = b"".join(line + NEWLINE for line in block.split(NEWLINE)[:-1] if is_text(line))
                copy.write(block)
    return kept


@contextmanager
def _write_whole(file: Path) -> Iterator[IO[bytes]]:
    """Gives a file to write, beside, that is renamed once it is whole."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=temporary_prefix("unfinished")) as unfinished:
            part = Path(unfinished) / file.name
            with part.open("wb") as copy:
                yield copy
            part.rename(file)
    except OSError as error:
        raise DataError(
            f"{file}: cannot be written: {format_reason(error)}. The cache lies elsewhere with TFD2L_DATA=FOLDER. "
            f"Received: {file.parent}"
        ) from error
