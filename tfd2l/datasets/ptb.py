"""Penn Treebank text corpus."""

from __future__ import annotations

from pathlib import Path

from tfd2l.data.info import DataInfo, Splits
from tfd2l.data.readers.corpus import SUFFIXES, make_corpus_splits
from tfd2l.data.readers.download import copy_or_download
from tfd2l.data.readers.records import OnBadRecord
from tfd2l.data.readers.split_files import find_split_files

ARCHIVE = ("http://d2l-data.s3-accelerate.amazonaws.com/ptb.zip", "319d85e578af0cdc590547f26231e4e31cdf1e42")


def ptb(
    path: Path | None = None,
    num_lines: int | None = None,
    held_out: bool = True,
    on_bad_record: OnBadRecord = "error",
) -> tuple[Splits, DataInfo]:
    """Penn Treebank text corpus: sentences, lower-cased, rare words `<unk>`, numbers `N`.

    `text` is a sentence, its words between spaces.

    42068 sentences to train on (the book's 42069 counts an empty line at the end), 3370 and 3761 held out.

    Args:
        path: The archive `ptb.zip` or its folder; None is the book's download.
        num_lines: Take so many sentences of train, the first ones; None takes all.
        held_out: False leaves out validation and test, for methods that learn from counts.
        on_bad_record: "error", or "skip" to leave lines that are not UTF-8 out and count them.

    Raises:
        DataError: A file that cannot be read, or no network and no copy.

    References:
        - Marcus et al. 1993.
        - Mikolov et al. 2010.
        - Section 14.3.
    """
    folder, source = copy_or_download(path, ARCHIVE, dataset="ptb")
    files = find_split_files(folder, SUFFIXES)
    return make_corpus_splits(files, source=source, on_bad_record=on_bad_record, num_lines=num_lines, held_out=held_out)
