"""Text corpus from your own files."""

from __future__ import annotations

from pathlib import Path

from tfd2l.data.info import DataInfo, Splits
from tfd2l.data.readers.corpus import SUFFIXES, make_corpus_splits
from tfd2l.data.readers.records import OnBadRecord
from tfd2l.data.readers.split_files import find_split_files


def text_corpus(
    path: Path, num_lines: int | None = None, held_out: bool = True, on_bad_record: OnBadRecord = "error"
) -> tuple[Splits, DataInfo]:
    """Text corpus from your own files in UTF-8, of any size: a sentence or a paragraph each line.

    Args:
        path: One file, cut 80/10/10 in the order of its lines; or a folder (or zip) with a `train` file, and perhaps
            `validation` and `test`, ending in .txt, .tokens or .raw.
        num_lines: Take so many lines of train, the first ones; None takes all.
        held_out: False leaves out validation and test, for methods that learn from counts.
        on_bad_record: "error", or "skip" to leave lines that are not UTF-8 out and count them.

    Raises:
        DataError: A line that is not UTF-8 (with file and line), or no text.
    """
    source = f"file: {Path(path).name}"
    files = find_split_files(path, SUFFIXES)
    return make_corpus_splits(files, source=source, on_bad_record=on_bad_record, num_lines=num_lines, held_out=held_out)
