"""English-French translation dataset."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from tfd2l.config.ranges import PositiveInt
from tfd2l.data.info import Columns, DataInfo, Splits, make_splits
from tfd2l.data.readers.download import copy_or_download, load_tfds_splits
from tfd2l.data.readers.records import BadRecord, OnBadRecord, Record, read_records
from tfd2l.data.readers.split_files import find_file
from tfd2l.errors import DataError

ARCHIVE = ("http://d2l-data.s3-accelerate.amazonaws.com/fra-eng.zip", "94646ad1522d915e7b0f9296181140edcf86a4f5")
TFDS_NAME = "tatoeba/tatoeba_fr"
FILE = "fra.txt"
HEADER = ("english", "french", "attribution")  # the file has none; older ones have two columns, newer ones three
COLUMNS = {"source": "english", "target": "french"}
TFDS_CHUNK = 1024

Pair = tuple[str, str]


def fra_eng(
    path: Path | None = None,
    source: Literal["archive", "tfds"] = "archive",
    num_pairs: PositiveInt = 600,
    num_validation: int = 100,
    num_test: int = 100,
    on_bad_record: OnBadRecord = "error",
) -> tuple[Splits, DataInfo]:
    """English-French translation dataset of short sentences from Tatoeba, the shortest first.

    Examples have `source`, English, and `target`, French.

    Train is the first pairs of the file, as in the book. Validation and then test are the next ones whose English
    words are not those of a pair before: no sentence, were it only punctuated otherwise, is in two splits.

    Args:
        path: The archive `fra-eng.zip`, its folder, or its `fra.txt` (no header: English, tab, French, and perhaps
            a tab and an attribution).
        source: Without a path: "archive", the book's download (167130 pairs, 6 MB), or "tfds", the 1000 pairs of
            `tatoeba/tatoeba_fr` by the same authors, put in the order of the book's file.
        num_pairs: Of train; the book takes 600.
        num_validation: Pairs of validation.
        num_test: Pairs of test.
        on_bad_record: "error", or "skip" to leave bad lines out and count them.

    Raises:
        DataError: Too few pairs, a bad record (with file and line), or no network and no copy.

    References:
        - Tatoeba (CC BY 2.0), by way of www.manythings.org/anki.
    """
    wanted = {"train": num_pairs, "validation": num_validation, "test": num_test}
    counts: Counter[str] = Counter()
    if path is None and source == "tfds":
        pairs, name = _from_tfds()
    else:
        folder, name = copy_or_download(path, ARCHIVE, dataset="fra_eng")
        file = find_file(folder, FILE)
        pairs = read_records(file, COLUMNS, _accept, on_bad_record, counts, HEADER)
    columns: dict[str, Columns] = {
        split: {"source": [english for english, _ in rows], "target": [french for _, french in rows]}
        for split, rows in take_distinct_pairs(pairs, wanted, name).items()
    }
    return make_splits(columns, inputs=("source",), source=name, counts=counts)


def take_distinct_pairs(pairs: Sequence[Pair], wanted: dict[str, int], name: str) -> dict[str, list[Pair]]:
    """Takes the first pairs for the first split, the next for the next one, and so on; no source in two splits.

    Args:
        pairs: Sources with their targets, in the order of the file.
        wanted: Split -> number of pairs, in this order.
        name: Of the data, for the error.

    Raises:
        DataError: Too few pairs.
    """
    rest = iter(pairs)
    before: set[str] = set()
    splits: dict[str, list[Pair]] = {}
    for split, count in wanted.items():
        rows: list[Pair] = []
        while len(rows) < count:
            pair = next(rest, None)
            if pair is None:
                break
            if _words(pair[0]) not in before:
                rows.append(pair)
        if not rows or len(rows) < count:
            raise DataError(
                f"{name}: of {len(pairs)} pairs, {len(rows)} are left for the {split} split. Each split wants one or "
                f"more, and there must be so many: `dataset.num_pairs` (train), `dataset.num_validation`, "
                f"`dataset.num_test`. Received: {', '.join(f'{split} {count}' for split, count in wanted.items())}"
            )
        before |= {_words(english) for english, _ in rows}
        splits[split] = rows
    return splits


def _words(sentence: str) -> str:
    return " ".join(re.findall(r"\w+", sentence.lower()))


def _accept(record: Record) -> Pair:
    for key, column in COLUMNS.items():
        if not record[key]:
            raise BadRecord(f"the {column} sentence is empty")
    return record["source"], record["target"]


def _from_tfds() -> tuple[list[Pair], str]:
    splits, info = load_tfds_splits(TFDS_NAME, inputs=("target_sentence",))
    pairs = []
    for chunk in splits["train"].batch(TFDS_CHUNK).as_numpy_iterator():
        for french, english in zip(chunk["source_sentence"], chunk["target_sentence"], strict=True):
            pairs.append((english.decode().strip(), french.decode().strip()))  # it translates into English
    return sorted(pairs, key=lambda pair: (len(pair[0]), pair)), info.source
