"""WikiText-2 text corpus."""

from __future__ import annotations

from pathlib import Path

from tfd2l.data.info import DataInfo, Splits
from tfd2l.data.readers.corpus import SUFFIXES, make_corpus_splits
from tfd2l.data.readers.download import copy_or_download
from tfd2l.data.readers.records import OnBadRecord
from tfd2l.data.readers.split_files import find_split_files

ARCHIVE = (
    "https://s3.amazonaws.com/research.metamind.io/wikitext/wikitext-2-v1.zip",
    "3c914d17d80b1459be871a5039ac23e752a53cbe",
)


def wikitext2(
    path: Path | None = None,
    num_lines: int | None = None,
    held_out: bool = True,
    on_bad_record: OnBadRecord = "error",
) -> tuple[Splits, DataInfo]:
    """WikiText-2 text corpus: paragraphs and headings of Wikipedia articles, cased, rare words `<unk>`.

    `text` is a paragraph, tokens between spaces.

    Args:
        path: The archive `wikitext-2-v1.zip` or its folder; None is the book's download.
        num_lines: Take so many lines of train, the first ones; None takes all.
        held_out: False leaves out validation and test, for methods that learn from counts.
        on_bad_record: "error", or "skip" to leave lines that are not UTF-8 out and count them.

    Raises:
        DataError: A file that cannot be read, or no network and no copy.

    References:
        - Merity et al. 2017, *Pointer Sentinel Mixture Models* (CC BY-SA).
        - Section 14.9.
    """
    folder, source = copy_or_download(path, ARCHIVE, dataset="wikitext2")
    files = find_split_files(folder, SUFFIXES)
    return make_corpus_splits(files, source=source, on_bad_record=on_bad_record, num_lines=num_lines, held_out=held_out)
