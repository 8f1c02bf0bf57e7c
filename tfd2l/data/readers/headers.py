"""The header of a table: its columns and what separates them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from tfd2l.errors import DataError, did_you_mean
from tfd2l.files.bad_files import BadRecord
from tfd2l.files.csv_rows import scan_rows, split_row
from tfd2l.files.encoding import make_printable
from tfd2l.files.opening import File
from tfd2l.files.separators import (
    find_separator,
    find_separator_by_width,
    get_default_separator,
    is_quoted,
    parse_separator,
)
from tfd2l.files.text_file import scan_lines


def read_header(
    file: File, columns: Mapping[str, str], header: Sequence[str] | None, separator: str | None
) -> tuple[list[str], str] | None:
    """Returns the names of the columns of a table and what separates them; None if it holds nothing.

    Args:
        file: The table.
        columns: Our key -> the file's column.
        header: The columns of a file whose first line is a record already, of which the last may be absent.
        separator: None tells it from the first line.

    Raises:
        DataError: The header is no row of names.
    """
    first = next((line for line in scan_lines(file) if line.text), None)
    if first is None:
        return None
    usual, quoted = get_default_separator(file.name), partial(is_quoted, file.name)
    fewest = 0 if header is None else 1 + max(header.index(column) for column in columns.values())
    if separator is not None:
        separator = parse_separator(separator)
    elif header is None:
        separator = find_separator(first.text, usual, columns.values(), quoted)
    else:
        separator = find_separator_by_width(first.text, usual, range(fewest, len(header) + 1), quoted)
    row = next(scan_rows(scan_lines(file), separator, quoted=quoted(separator)))
    if header is not None:
        width = fewest if isinstance(row.cells, BadRecord) else max(fewest, len(row.cells))
        return list(header[:width]), separator
    if isinstance(row.cells, BadRecord):
        raise DataError(f"{file}:{row.first}: the header is {row.cells}. Received: {make_printable(first.text)}")
    names = [name.strip() for name in row.cells]
    missing = [column for column in columns.values() if column not in names]
    better = find_separator(first.text, separator, columns.values(), quoted)
    if missing and better != separator:  # another is configured
        found = ", ".join(name.strip() for name in split_row(first.text, better, quoted=quoted(better)))
        raise DataError(
            f"{file}:1: with dataset.separator={separator!r} there is no column {missing[0]!r}; {better!r} gives "
            f"columns {make_printable(found)}. Received: {make_printable(first.text)!r}"
        )
    return names, separator


def place_columns(file: File, names: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Returns our key -> the number of its column.

    Raises:
        DataError: A column is missing, or there twice.
    """
    if missing := {key: column for key, column in columns.items() if column not in names}:
        which = ", ".join(f"no column {column!r}" for column in missing.values())
        hints = "".join(did_you_mean(column, names) for column in missing.values())
        name_it = " ".join(f"dataset.columns.{key}=COLUMN" for key in missing)
        them = "it" if len(missing) == 1 else "them"
        raise DataError(
            f"{file}:1: {which}.{hints} Columns: {make_printable(', '.join(names))}. Name {them} with `{name_it}`. "
            f"Received: columns {dict(columns)}"
        )
    for column in columns.values():
        if names.count(column) > 1:
            numbers = [str(number) for number, name in enumerate(names, start=1) if name == column]
            raise DataError(
                f"{file}:1: the column {column!r} is there {len(numbers)} times; rename all but the one that is meant. "
                f"Received: columns {' and '.join(numbers)} of {make_printable(', '.join(names))}"
            )
    return {key: names.index(column) for key, column in columns.items()}
