"""Rows of cells in a text, each with the line where it begins; one stray quotation mark costs one row."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tfd2l.files.bad_files import BadRecord
from tfd2l.files.text_file import Line

csv.field_size_limit(2**31 - 1)  # of the whole process; 131072 characters is less than a long text has
MAX_LINES = 100_000  # lines of a row; a quotation that is longer is one that nobody closed
MIN_SWALLOWED = 2  # whole lines inside a row that look like rows themselves


class Row(NamedTuple):
    """The cells of a row, or why there are none: with the lines that it spans, from 1."""

    first: int
    last: int
    cells: list[str] | BadRecord


def scan_rows(lines: Iterable[Line], separator: str, *, quoted: bool) -> Iterator[Row]:
    """Yields the rows of a text; empty lines are none.

    Args:
        lines: of the text.
        separator: one character.
        quoted: cells may stand in quotation marks, and then hold separators and line ends; otherwise a quotation mark
            is a character like others.
    """
    return _quoted_rows(lines, separator) if quoted else _plain_rows(lines, separator)


def split_row(text: str, separator: str, *, quoted: bool) -> list[str]:
    """Returns the cells of a row on one line."""
    (row,) = scan_rows([Line(1, text, None)], separator, quoted=quoted) if text else (Row(1, 1, []),)
    return text.split(separator) if isinstance(row.cells, BadRecord) else row.cells


def _plain_rows(lines: Iterable[Line], separator: str) -> Iterator[Row]:
    for number, text, fault in lines:
        if fault is not None:
            yield Row(number, number, _not_text(fault, text))
        elif text:
            yield Row(number, number, text.split(separator))


class _Source:
    """Lines for a csv reader; those of the row that is being read can be put back."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = iter(lines)
        self._again: deque[Line] = deque()
        self.row: list[Line] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.row) > MAX_LINES:
            raise csv.Error(f"a quotation of more than {MAX_LINES} lines")
        line = self._again.popleft() if self._again else next(self._lines)
        self.row.append(line)
        return f"{line.text}\n"

    def begin(self) -> None:
        self.row = []

    def retry(self) -> Line:
        """Puts back all lines of the row but the first, which is returned."""
        self._again.extendleft(reversed(self.row[1:]))
        return self.row[0]


def _quoted_rows(lines: Iterable[Line], separator: str) -> Iterator[Row]:
    source = _Source(lines)
    reader = csv.reader(source, delimiter=separator, strict=True)
    width = 0  # cells of the first row
    while True:
        source.begin()
        try:
            cells = next(reader, None)
            fault = "" if len(source.row) < MIN_SWALLOWED + 2 else _swallowed(source.row, separator, width)
        except csv.Error as error:
            cells, fault = [], f"not readable as csv: {error}"
        if cells is None:
            return
        first, last = source.row[0], source.row[-1]
        faulty = next((line for line in source.row if line.fault is not None), None)
        if fault:
            received = f"lines {first.number} to {last.number}"
            source.retry()
            yield Row(first.number, first.number, BadRecord(fault, received, "not readable as csv"))
        elif faulty is not None:
            yield Row(first.number, last.number, _not_text(str(faulty.fault), faulty.text))
        elif cells:
            width = width or len(cells)
            yield Row(first.number, last.number, cells)


def _swallowed(row: list[Line], separator: str, width: int) -> str:
    """Says so if the lines inside a quotation are all rows themselves: then a stray mark opened it."""
    inside = [line.text for line in row[1:-1]]
    if width < 2 or any(len(next(csv.reader([text], delimiter=separator), [])) != width for text in inside):
        return ""
    return f"a quotation that opens here ends in line {row[-1].number} and holds {len(inside)} lines like other rows"


def _not_text(fault: str, text: str) -> BadRecord:
    return BadRecord(fault, text, "lines that are not UTF-8 text")
