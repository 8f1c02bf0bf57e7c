"""Read records of named columns from csv, jsonl and tab separated (tsv, txt, dat) files; every fault has its line."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from tfd2l.data.readers.headers import place_columns, read_header
from tfd2l.errors import DataError, did_you_mean, listing
from tfd2l.files.bad_files import BadFiles, BadRecord, OnBadRecord
from tfd2l.files.csv_rows import scan_rows
from tfd2l.files.encoding import make_printable
from tfd2l.files.json_lines import scan_json_lines
from tfd2l.files.names import get_suffix
from tfd2l.files.opening import UNREADABLE, File, get_size
from tfd2l.files.separators import SEPARATOR_NAMES, get_default_separator, is_quoted
from tfd2l.files.text_file import scan_lines

__all__ = ["SUFFIXES", "UNREADABLE", "BadRecord", "File", "OnBadRecord", "Record", "read_records", "resolve_columns"]

T = TypeVar("T")

Record = dict[str, str]
JSON_LINES = (".jsonl", ".ndjson")
SUFFIXES = (".csv", ".tsv", ".txt", ".dat", *JSON_LINES)
MANY_LINES = 20  # of one record

log = logging.getLogger("tfd2l")


def resolve_columns(columns: Mapping[str, str] | None, usual: Mapping[str, str]) -> dict[str, str]:
    """Returns our key -> the file's column: what `dataset.columns` says, else the usual name.

    Raises:
        DataError: It has a key that is none of ours, or two keys name one column.
    """
    names = {**usual, **(columns or {})}
    unknown = [key for key in names if key not in usual]
    if unknown:
        raise DataError(
            f"dataset.columns: no such key {unknown[0]!r}.{did_you_mean(unknown[0], usual)} "
            f"Keys: {', '.join(usual)}. Received: {names}"
        )
    if twice := [column for column, keys in Counter(names.values()).items() if keys > 1]:
        raise DataError(
            f"dataset.columns: {listing(key for key in names if names[key] == twice[0])} are all read from the column "
            f"{twice[0]!r}; each has one of its own. Received: {names}"
        )
    return names


def read_records(
    file: File,
    columns: Mapping[str, str],
    accept: Callable[[Record], T | None],
    on_bad_record: OnBadRecord,
    counts: Counter[str],
    header: Sequence[str] | None = None,
    separator: str | None = None,
    lines: list[int] | None = None,
) -> list[T]:
    """Reads every record of a file by a function of it.

    Args:
        file: Its ending, in any case, tells the format; .txt and .dat are tab separated.
        columns: Our key -> the file's column; other columns are not read.
        accept: Turns a record (our keys, stripped text) into what is kept, None to leave it out;
            raises `BadRecord` if it cannot.
        on_bad_record: "error" stops at the first bad record; "skip" leaves it out and counts it.
        counts: Gets how many were skipped for which reason, and what was read otherwise than it is written.
        header: The columns of a file whose first line is a record already, of which the last may be absent; None reads
            them from there.
        separator: Of the columns; None takes a tab, or a comma in a csv, unless the first line shows another.
        lines: Gets the line of each record that is kept.

    Raises:
        DataError: An unknown ending, an empty file, a column that is missing or there twice, or a bad record: with
            file and line.
    """
    bad = BadFiles(on_bad_record)
    kept = []
    seen = False
    for line, record in _records(file, columns, header, separator, bad.counts):
        seen = True
        try:
            if isinstance(record, BadRecord):
                raise record
            accepted = accept(record)
        except BadRecord as fault:
            bad(f"{file}:{line}", str(fault), fault.reason, record if fault.received is None else fault.received)
            continue
        if accepted is not None:
            kept.append(accepted)
            if lines is not None:
                lines.append(line)
    counts.update(bad.counts)
    if not seen:
        raise DataError(f"{file}: the file holds no records. Received: {get_size(file)} bytes")
    return kept


def _records(
    file: File,
    columns: Mapping[str, str],
    header: Sequence[str] | None,
    separator: str | None,
    counts: Counter[str],
) -> Iterator[tuple[int, Record | BadRecord]]:
    form = get_suffix(file.name)
    if form not in SUFFIXES:
        raise DataError(
            f"{file}: cannot tell the format from the name; known endings: {', '.join(SUFFIXES)}. "
            f"Received: {form or file.name!r}"
        )
    return _json_lines(file, columns, counts) if form in JSON_LINES else _rows(file, columns, header, separator, counts)


def _rows(
    file: File,
    columns: Mapping[str, str],
    header: Sequence[str] | None,
    separator: str | None,
    counts: Counter[str],
) -> Iterator[tuple[int, Record | BadRecord]]:
    found = read_header(file, columns, header, separator)
    if found is None:
        return
    names, separator = found
    if separator != get_default_separator(file.name):
        log.info("%s: columns are separated by %s", file, SEPARATOR_NAMES.get(separator, repr(separator)))
    places = place_columns(file, names, columns)
    needs = f"where there are columns {', '.join(names)}" if header else f"where the header has {len(names)}"
    rows = scan_rows(scan_lines(file, counts), separator, quoted=is_quoted(file.name, separator))
    if header is None:
        next(rows)
    for first, last, cells in rows:
        if isinstance(cells, BadRecord):
            yield first, cells
            continue
        if last - first >= MANY_LINES:
            _notice_long_record(file, first, last, counts)
        if len(cells) < len(names) or any(cells[len(names) :]):  # more: a separator inside a text moved the columns
            reason = "too few fields" if len(cells) < len(names) else "too many fields"
            yield first, BadRecord(f"{len(cells)} fields {needs}", cells, reason)
        elif header is None and [cell.strip("\ufeff \t") for cell in cells] == names:
            yield first, BadRecord("the header again", cells)
        else:
            yield first, _checked({key: cells[place] for key, place in places.items()})


def _notice_long_record(file: File, first: int, last: int, counts: Counter[str]) -> None:
    reason = f"records of more than {MANY_LINES} lines"
    counts[reason] += 1
    if counts[reason] == 1:
        log.warning(
            "%s:%d: a record that goes on to line %d, inside quotation marks; is the one that opens meant?",
            file, first, last,
        )  # fmt: skip


def _json_lines(
    file: File, columns: Mapping[str, str], counts: Counter[str]
) -> Iterator[tuple[int, Record | BadRecord]]:
    for line, record in scan_json_lines(scan_lines(file, counts)):
        if isinstance(record, BadRecord):
            yield line, record
            continue
        missing = [column for column in columns.values() if column not in record]
        if missing:
            key = next(key for key, column in columns.items() if column == missing[0])
            fault = (
                f"no key {missing[0]!r}.{did_you_mean(missing[0], record)} Keys: {make_printable(', '.join(record))}"
            )
            fault = f"{fault}. Name it with `dataset.columns.{key}=KEY`"
            yield line, BadRecord(fault, json.dumps(record, ensure_ascii=False), f"no key {missing[0]!r}")
            continue
        yield line, _checked({key: record[column] for key, column in columns.items()})


def _checked(record: Mapping[str, object]) -> Record | BadRecord:
    clean = {}
    for key, value in record.items():
        if not isinstance(value, (str, int)) or isinstance(value, bool):
            return BadRecord(f"{key} is not text", repr(value))
        text = str(value).strip()
        if not _is_whole(text):
            return BadRecord(f"{key} holds half of a surrogate pair, which is no character", text)
        clean[key] = text
    return clean


def _is_whole(text: str) -> bool:
    """Tells whether a text can be UTF-8: JSON can spell half of a surrogate pair."""
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
