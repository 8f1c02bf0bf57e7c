"""Read records of named columns from csv, jsonl and tab separated (tsv, txt, dat) files; every fault has its line."""

from __future__ import annotations

import csv
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from tfd2l.errors import DataError, did_you_mean, listing

OnBadRecord = Literal["error", "skip"]
Record = dict[str, str]
File = Path | zipfile.Path  # a file, or one inside an archive
SUFFIXES = (".csv", ".tsv", ".txt", ".dat", ".jsonl", ".ndjson")
UNREADABLE = (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError)  # the last: an encrypted archive


class BadRecord(Exception):
    """One record cannot be used; the reader adds file and line, and the record where nothing else was received."""

    def __init__(self, fault: str, received: Any = None) -> None:
        super().__init__(fault)
        self.received = received


def column_names(columns: Mapping[str, str] | None, usual: Mapping[str, str]) -> dict[str, str]:
    """Our key -> the file's column: what `dataset.columns` says, else the usual name.

    Raises:
        DataError: it has a key that is none of ours, or two keys name one column.
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
    accept: Callable[[Record], Any | None],
    on_bad_record: OnBadRecord,
    counts: Counter[str],
    header: Sequence[str] | None = None,
) -> list[Any]:
    """What `accept` makes of every record of a file.

    Arguments:
        file: its suffix tells the format; .txt and .dat are tab separated.
        columns: our key -> the file's column; other columns are not read.
        accept: turns a record (our keys, stripped text) into what is kept, None to leave it out;
            raises `BadRecord` if it cannot.
        on_bad_record: "error" stops at the first bad record; "skip" leaves it out and counts it.
        counts: gets `skipped bad records`.
        header: the columns of a file whose first line is a record already; None reads them from there.

    Raises:
        DataError: an unknown suffix, an empty file, a missing column, or a bad record: with file and line.
    """
    kept = []
    seen = False
    for line, record in _records(file, columns, header):
        seen = True
        try:
            if isinstance(record, BadRecord):
                raise record
            accepted = accept(record)
        except BadRecord as bad:
            if on_bad_record == "error":
                raise DataError(
                    f"{file}:{line}: {bad}. Mend the line, or leave bad lines out (they are counted): "
                    f"`dataset.on_bad_record=skip`. Received: {_cut(record if bad.received is None else bad.received)}"
                ) from None
            counts["skipped bad records"] += 1
            continue
        if accepted is not None:
            kept.append(accepted)
    if not seen:
        raise DataError(f"{file}: the file holds no records. Received: {_size(file)} bytes")
    return kept


def _records(
    file: File, columns: Mapping[str, str], header: Sequence[str] | None
) -> Iterator[tuple[int, Record | BadRecord]]:
    if file.suffix not in SUFFIXES:
        raise DataError(
            f"{file}: cannot tell the format from the name; known endings: {', '.join(SUFFIXES)}. "
            f"Received: {file.suffix or file.name!r}"
        )
    try:
        with file.open(encoding="utf-8-sig", newline="", errors="surrogateescape") as stream:
            if file.suffix in (".jsonl", ".ndjson"):
                yield from _json_lines(stream, columns)
            else:
                yield from _rows(stream, file, columns, header)
    except UNREADABLE as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{file}: cannot be read: {reason}. Received: {file}") from error


def _rows(
    stream: Any, file: File, columns: Mapping[str, str], header: Sequence[str] | None
) -> Iterator[tuple[int, Record | BadRecord]]:
    if file.suffix == ".csv":
        reader = csv.reader(stream, strict=True)
    else:  # a quotation mark in tab-separated text is just a character
        reader = csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
    needs = f"where there are columns {', '.join(header)}" if header else ""
    try:
        header = header or next(reader, None)
    except csv.Error as error:
        raise DataError(f"{file}:1: the header is not readable as csv: {error}. Received: {file}") from error
    if not header:
        return
    missing = [column for column in columns.values() if column not in header]
    if missing:
        key = next(key for key, column in columns.items() if column == missing[0])
        raise DataError(
            f"{file}:1: no column {missing[0]!r}.{did_you_mean(missing[0], header)} "
            f"Columns: {_cut(', '.join(header))}. Name it with `dataset.columns.{key}=COLUMN`. "
            f"Received: columns {dict(columns)}"
        )
    places = {key: header.index(column) for key, column in columns.items()}
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield line, BadRecord(f"not readable as csv: {error}", f"lines {line} to {reader.line_num}")
            continue
        if row is None:
            return
        if not row:
            continue
        if len(row) < len(header) or any(row[len(header) :]):  # more: a separator inside a text moved the columns
            yield line, BadRecord(f"{len(row)} fields {needs or f'where the header has {len(header)}'}", row)
            continue
        yield line, _checked({key: row[place] for key, place in places.items()})


def _json_lines(stream: Any, columns: Mapping[str, str]) -> Iterator[tuple[int, Record | BadRecord]]:
    for line, text in enumerate(stream, start=1):
        if not text.strip():
            continue
        try:
            record = json.loads(text.rstrip())
        except json.JSONDecodeError as error:
            yield line, BadRecord(f"not valid JSON: {error.msg} at column {error.colno}", text)
            continue
        except (ValueError, RecursionError) as error:  # a number of thousands of digits; brackets thousands deep
            yield line, BadRecord(f"not usable JSON: {error}", text)
            continue
        if not isinstance(record, dict):
            yield line, BadRecord("not a JSON object of named values", text)
            continue
        missing = [column for column in columns.values() if column not in record]
        if missing:
            key = next(key for key, column in columns.items() if column == missing[0])
            fault = f"no key {missing[0]!r}.{did_you_mean(missing[0], record)} Keys: {_cut(', '.join(record))}"
            yield line, BadRecord(f"{fault}. Name it with `dataset.columns.{key}=KEY`", text)
            continue
        yield line, _checked({key: record[column] for key, column in columns.items()})


def _checked(record: Mapping[str, Any]) -> Record | BadRecord:
    clean = {}
    for key, value in record.items():
        if not isinstance(value, (str, int)) or isinstance(value, bool):
            return BadRecord(f"{key} is not text", repr(value))
        text = str(value).strip()
        if any("\ud800" <= character <= "\udfff" for character in text):
            return BadRecord(f"{key} is not valid UTF-8", text)
        clean[key] = text
    return clean


def _size(file: File) -> int:
    return len(file.read_bytes())


def _cut(value: Any) -> str:
    text = value.strip() if isinstance(value, str) else repr(value)
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")  # what is not UTF-8 could not be printed
    return text if len(text) <= 160 else f"{text[:157]}..."
