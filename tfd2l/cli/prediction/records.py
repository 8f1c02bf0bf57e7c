"""Records of a csv, tsv or jsonl file, or of standard input, one after the other, with all their columns."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from tfd2l.errors import DataError, did_you_mean
from tfd2l.files.bad_files import BadRecord
from tfd2l.files.csv_rows import scan_rows
from tfd2l.files.encoding import make_printable
from tfd2l.files.json_lines import scan_json_lines
from tfd2l.files.names import get_suffix
from tfd2l.files.opening import UNPACKED
from tfd2l.files.separators import TAB, find_separator
from tfd2l.files.text_file import Line, scan_lines, scan_stream

Format = Literal["csv", "tsv", "jsonl"]
FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".txt": "tsv",
    ".dat": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
STANDARD_INPUT = "-"


@dataclass(frozen=True)
class Record:
    """A record of a file.

    Args:
        line: where it begins, from 1.
        fields: by column, or by key.
    """

    line: int
    fields: dict[str, Any]


@dataclass(frozen=True)
class BadLine:
    """A line that holds no usable record, and why."""

    line: int
    fault: BadRecord


def choose_format(file: Path, wanted: Format | None = None, otherwise: str = "choose one of them") -> Format:
    """Returns the format that is wanted, or the one that the file's ending says; standard input holds jsonl.

    Args:
        file: its name may end in `.gz` besides.
        wanted: None takes what the ending says.
        otherwise: what to do about a file with another ending, for the error.

    Raises:
        DataError: the ending says none.
    """
    if wanted is not None:
        return wanted
    if str(file) == STANDARD_INPUT:
        return "jsonl"
    name = file.name.lower().removesuffix(UNPACKED)
    if get_suffix(name) not in FORMATS:
        raise DataError(
            f"{file}: cannot tell the format from the ending; known ones are {', '.join(FORMATS)}: {otherwise}. "
            f"Received: {file.name}"
        )
    return FORMATS[get_suffix(name)]


def scan_records(file: Path, format: Format, needed: Sequence[str]) -> Iterator[Record | BadLine]:
    """Yields the records of a file in bounded memory, and the lines that hold none.

    Args:
        file: `-` is standard input.
        format: of it.
        needed: columns, or keys, that each record must have.

    Raises:
        DataError: the file cannot be read, or its header lacks a column or has one twice.
    """
    if str(file) == STANDARD_INPUT:
        lines: Iterable[Line] = scan_stream(sys.stdin.buffer, "standard input")
    else:
        lines = scan_lines(file)
    return _scan_json(lines, needed) if format == "jsonl" else _scan_table(lines, file, format, needed)


def _scan_json(lines: Iterable[Line], needed: Sequence[str]) -> Iterator[Record | BadLine]:
    for line, value in scan_json_lines(lines):
        if isinstance(value, BadRecord):
            yield BadLine(line, value)
        elif missing := [key for key in needed if key not in value]:
            near = did_you_mean(missing[0], value)
            fault = f"no key {missing[0]!r}.{near} The model takes {', '.join(needed)}"
            yield BadLine(line, BadRecord(fault, value, "records without an input"))
        else:
            yield Record(line, value)


def _scan_table(lines: Iterable[Line], file: Path, format: Format, needed: Sequence[str]) -> Iterator[Record | BadLine]:
    source = iter(lines)
    beginning = next((line for line in source if line.text), None)
    if beginning is None:
        return

    def is_quoted(separator: str) -> bool:
        return format == "csv" or separator != TAB

    usual = "," if format == "csv" else TAB
    separator = find_separator(beginning.text, usual, needed, is_quoted)
    rows = scan_rows(chain([beginning], source), separator, quoted=is_quoted(separator))
    first = next(rows)
    if isinstance(first.cells, BadRecord):
        raise DataError(f"{file}:1: the header: {first.cells}. Received: {make_printable(str(first.cells.received))}")
    header = first.cells
    missing = [column for column in needed if column not in header]
    twice = [column for column, times in Counter(header).items() if times > 1]
    if missing or twice:
        wrong = (
            f"no column {missing[0]!r}.{did_you_mean(missing[0], header)} The model takes {', '.join(needed)}"
            if missing
            else f"the column {twice[0]!r} stands there twice"
        )
        raise DataError(f"{file}:{first.first}: {wrong}. Received: columns {make_printable(', '.join(header))}")
    for row in rows:
        if isinstance(row.cells, BadRecord):
            yield BadLine(row.first, row.cells)
        elif len(row.cells) != len(header):
            fault = f"{len(row.cells)} cells where the header has {len(header)}"
            yield BadLine(row.first, BadRecord(fault, row.cells, "rows with too many or too few cells"))
        else:
            yield Record(row.first, dict(zip(header, row.cells, strict=True)))
