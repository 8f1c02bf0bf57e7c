"""Files of word vectors, whose format follows from the name."""

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
    """Finds the format of a file of word vectors by its name.

    Args:
        name: The name of the file, which may end in `.gz`.

    Returns:
        `.txt`, `.vec` or `.bin`; None if it is no file of word vectors.

    Example:
        >>> from tfd2l.text.vector_files import find_format
        >>> find_format("glove.6B.50d.txt.gz")
        '.txt'
    """
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
    """Loads word vectors from a file. Row 0 is `<unk>`: zeros, or the vector in the file.

    Args:
        file: GloVe's `.txt`, `.vec` with the number of words in its first line, or word2vec's `.bin`; gzipped (`.gz`)
            or not.
        limit: The maximum number of words, the first ones. None takes all. Defaults to None.
        only: The words that are kept. None keeps all. Defaults to None.
        on_bad_record: "error" stops at the first bad record, "skip" skips and counts them. Defaults to "error".
        counts: A counter to which the numbers of skipped records are added, by reason. Defaults to None.
        section: The section of the configuration with the option `on_bad_record`, for errors. Defaults to "dataset".

    Returns:
        The word vectors.

    Raises:
        DataError: The file has another suffix, cannot be read, holds no vectors, or has a bad record. The error names
            the place.

    References:
        - *Dive into Deep Learning*, section 14.7.1.
    """
    format = find_format(file.name)
    if format is None:
        raise DataError(
            f"{file}: the format of word vectors follows from the suffix, one of {', '.join(SUFFIXES)}, each also with "
            f".gz. Received: {file.name!r}"
        )
    rows = VectorRows(str(file), on_bad_record, limit, only, section)
    with open_bytes(file) as stream:
        if format == ".bin":
            read_binary_vectors(stream, rows)
        else:
            read_text_vectors(stream, rows)
    if counts is not None:
        counts.update(rows.counts)
    if not rows.any:
        raise DataError(f"{file}: the file holds no vector. Received: {rows.counts.total()} bad records")
    return rows.vectors()


def save_vectors(vectors: WordVectors, file: Path) -> None:
    """Saves word vectors, without `<unk>`.

    Args:
        vectors: The word vectors.
        file: A `.txt`, `.vec` or `.bin` file. It is gzipped if its name ends in `.gz`.

    Raises:
        ValueError: The file has another suffix, or its format cannot hold a word.

    Example:
        >>> from pathlib import Path
        >>> from tfd2l.text.vector_files import load_vectors, save_vectors
        >>> from tfd2l.text.vectors import WordVectors
        >>> save_vectors(WordVectors(("cup",), np.array([[1, 2]], np.float32)), Path("vectors.vec"))
        >>> load_vectors(Path("vectors.vec")).tokens
        ('<unk>', 'cup')
    """
    format = find_format(file.name)
    if format is None:
        raise ValueError(
            f"The suffix must be one of {', '.join(SUFFIXES)}, each also with .gz. Received: {file.name!r}"
        )
    with gzip.open(file, "wb") if get_suffix(file.name) == ".gz" else file.open("wb") as opened:
        stream = cast("IO[bytes]", opened)
        if format == ".bin":
            write_binary_vectors(vectors, stream)
        else:
            write_text_vectors(vectors, stream, header=format == ".vec")
