"""From a path (a file, a folder, a zip archive) to the word vectors in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tfd2l.data.readers.records import File, OnBadRecord
from tfd2l.data.readers.split_files import find_file, format_file_names, list_files
from tfd2l.errors import DataError
from tfd2l.files.names import get_suffix
from tfd2l.text.vector_files import SUFFIXES, find_format, load_vectors


def find_vector_file(path: Path, member: str | None = None, section: str = "dataset") -> File:
    """Finds the file of word vectors that a path means.

    Args:
        path: The file itself, or a folder or a zip archive that holds it.
        member: Its name there; None takes the only one (the book's archives hold one `vec.txt` each).
        section: Of the configuration, where `member` is an option; for errors.

    Raises:
        DataError: No such file, or several.
    """
    path = path.expanduser()
    if path.is_file() and get_suffix(path.name) != ".zip":
        return path
    if member is not None:
        return find_file(path, member)
    inside = list_files(path)
    found = [file for file in inside if find_format(file.name)]
    if len(found) != 1:
        how_many = "several files could be the vectors" if found else f"no file of vectors ({', '.join(SUFFIXES)})"
        raise DataError(
            f"{path}: {how_many}; name one, `{section}.member=NAME`, or give it as path. Received: "
            f"{format_file_names(found or inside)}"
        )
    return found[0]


def load_vocabulary_vectors(
    vocabulary: Sequence[str], path: Path, member: str | None = None, on_bad_record: OnBadRecord = "error"
) -> tuple[np.ndarray, int]:
    """Loads the vectors of a vocabulary's words from a file, as an embedding's initial values.

    A word that the file has not as it is written is looked for in lower case; one that it has neither way gets zeros.

    Args:
        vocabulary: Words in the order of their ids.
        path: A file of vectors, or a folder or archive that holds one.
        member: Which file in it, where there are several.
        on_bad_record: "error", or "skip" to leave bad records of the file out.

    Returns:
        (len(vocabulary), width) float32, and how many of the words were found.

    Raises:
        DataError: No such file, or one that cannot be read.

    References:
        - Section 15.2.2, where GloVe's vectors are what a model starts from.
    """
    wanted = {form for word in vocabulary for form in (word, word.lower())}
    file = find_vector_file(path, member, section="model")
    return load_vectors(file, only=wanted, on_bad_record=on_bad_record, section="model").align_to(vocabulary)
