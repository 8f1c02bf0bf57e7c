"""Rows of delimited text files with the lines on which they stand. A stray quotation mark costs one row only."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tfd2l.files.bad_files import BadRecord
from tfd2l.files.text_file import Line

csv.field_size_limit(2**31 - 1)  # for the whole process; long texts exceed the default of 131072 characters
MAX_LINES = 100_000  # lines of a row; a longer quotation is one that is not closed
MIN_SWALLOWED = 2  # whole lines inside a row that look like rows


class Row(NamedTuple):
    """The cells of a row, or why there are none, with its first and last line, from 1."""

    first: int
    last: int
    cells: list[str] | BadRecord


def scan_rows(lines: Iterable[Line], separator: str, *, quoted: bool) -> Iterator[Row]:
    """Yields the rows of a text. Empty lines are skipped.

    Args:
        lines: The lines of the text.
        separator: The character that separates cells.
        quoted: Whether cells may stand in quotation marks, and then contain separators and line ends. Otherwise
            quotation marks have no meaning.

    Yields:
        The rows in their order.
    """
    return _quoted_rows(lines, separator) if quoted else _plain_rows(lines, separator)


def split_row(text: str, separator: str, *, quoted: bool) -> list[str]:
    """Splits a row that stands on one line into its cells.

    Args:
        text: The line.
        separator: The character that separates cells.
        quoted: Whether cells may stand in quotation marks.

    Returns:
        The cells.

    Example:
        >>> from tfd2l.files.csv_rows import split_row
        >>> split_row('1,"a, b"', ",", quoted=True)
        ['1', 'a, b']
    """
    (row,) = scan_rows([Line(1, text, None)], separator, quoted=quoted) if text else (Row(1, 1, []),)
    return text.split(separator) if isinstance(row.cells, BadRecord) else row.cells


def _plain_rows(lines: Iterable[Line], separator: str) -> Iterator[Row]:
    for number, text, fault in lines:
        if fault is not None:
            yield Row(number, number, _make_bad_record(fault, text))
        elif text:
            yield Row(number, number, text.split(separator))


class _LineSource:
    """Lines for a csv reader; those of the row that is being read can be put back."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = iter(lines)
        self._returned: deque[Line] = deque()
        self.row: list[Line] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.row) > MAX_LINES:
            raise csv.Error(f"a quotation of more than {MAX_LINES} lines")
        line = self._returned.popleft() if self._returned else next(self._lines)
        self.row.append(line)
        return f"{line.text}\n"

    def begin(self) -> None:
        self.row = []

    def retry(self) -> Line:
        """Puts back all lines of the row but the first, which is returned."""
        self._returned.extendleft(reversed(self.row[1:]))
        return self.row[0]


def _quoted_rows(lines: Iterable[Line], separator: str) -> Iterator[Row]:
    source = _LineSource(lines)
    reader = csv.reader(source, delimiter=separator, strict=True)
    width = 0  # cells of the first row
    while True:
        source.begin()
        try:
            cells = next(reader, None)
            fault = "" if len(source.row) < MIN_SWALLOWED + 2 else _find_stray_mark(source.row, separator, width)
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
            yield Row(first.number, last.number, _make_bad_record(str(faulty.fault), faulty.text))
        elif cells:
            width = width or len(cells)
            yield Row(first.number, last.number, cells)


def _find_stray_mark(row: list[Line], separator: str, width: int) -> str:
    """Says so if the lines inside a quotation are all rows themselves: then a stray mark opened it."""
    inside = [line.text for line in row[1:-1]]
    if width < 2 or any(len(next(csv.reader([text], delimiter=separator), [])) != width for text in inside):
        return ""
    return f"a quotation that opens here ends in line {row[-1].number} and holds {len(inside)} lines like other rows"


def _make_bad_record(fault: str, text: str) -> BadRecord:
    return BadRecord(fault, text, "lines that are not UTF-8 text")
