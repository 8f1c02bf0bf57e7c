"""Load and save word vectors; the name of a file tells its form."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import IO, cast

from tfd2l.errors import DataError
from tfd2l.files.bad_files import OnBadRecord
from tfd2l.files.names import get_suffix
from tfd2l.files.opening import File, open_bytes
from tfd2l.text.vector_binary import read_binary_vectors, write_binary_vectors
from tfd2l.text.vector_rows import VectorRows
from tfd2l.text.vector_text import read_text_vectors, write_text_vectors
from tfd2l.text.vectors import WordVectors

SUFFIXES = (".txt", ".vec", ".bin")  # each also with .gz behind it


def find_format(name: str) -> str | None:
    """The ending that tells the form of a file, `.gz` aside; None if it is no file of vectors."""
    suffix = get_suffix(name.lower().removesuffix(".gz"))
    return suffix if suffix in SUFFIXES else None


def load_vectors(
    file: File,
    *,
    limit: int | None = None,
    only: Collection[str] | None = None,
    on_bad_record: OnBadRecord = "error",
    counts: Counter[str] | None = None,
    section: str = "dataset",
) -> WordVectors:
    """The vectors of a file, behind `<unk>` in row 0: zeros, or the file's own.

    Args:
        file: GloVe's `.txt`, `.vec` with a line that says how many, or word2vec's `.bin`; gzipped (`.gz`) or not.
        limit: take so many words, the first ones; None takes all.
        only: keep none but these words; None keeps all.
        on_bad_record: "error" stops at the first bad record; "skip" leaves it out and counts it.
        counts: gets how many were skipped for which reason.
        section: of the configuration, where `on_bad_record` is an option; for errors.

    Raises:
        DataError: another ending, a file that cannot be read or holds no vectors, or a bad record: with its place.

    Source: section 14.7.1.
    """
    form = find_format(file.name)
    if form is None:
        raise DataError(
            f"{file}: cannot tell the form from the name; known endings: {', '.join(SUFFIXES)}, and each with .gz. "
            f"Received: {file.name!r}"
        )
    rows = VectorRows(str(file), on_bad_record, limit, only, section)
    with open_bytes(file) as stream:
        if form == ".bin":
            read_binary_vectors(stream, rows)
        else:
            read_text_vectors(stream, rows)
    if counts is not None:
        counts.update(rows.counts)
    if not rows.any:
        raise DataError(f"{file}: there is no vector in it. Received: {rows.counts.total()} bad records")
    return rows.vectors()


def save_vectors(vectors: WordVectors, file: Path) -> None:
    """Write vectors (without `<unk>`) to a `.txt`, `.vec` or `.bin`, gzipped if the name ends in `.gz`.

    Raises:
        ValueError: another ending, or a word that the form cannot hold.
    """
    form = find_format(file.name)
    if form is None:
        raise ValueError(f"known endings: {', '.join(SUFFIXES)}, and each with .gz. Received: {file.name!r}")
    with gzip.open(file, "wb") if get_suffix(file.name) == ".gz" else file.open("wb") as opened:
        stream = cast("IO[bytes]", opened)
        if form == ".bin":
            write_binary_vectors(vectors, stream)
        else:
            write_text_vectors(vectors, stream, header=form == ".vec")
