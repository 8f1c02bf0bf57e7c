"""Predictions, each with the record that it is about, as lines of JSON or rows of csv."""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import IO, Any, Protocol

from tfd2l.files.bad_files import BadRecord

PREFIX = "predicted_"  # of a prediction whose name is a column of the file already


class Writer(Protocol):
    """Writes records, one after the other."""

    def write(self, record: Mapping[str, Any]) -> None:
        """Writes one record of plain values, without numbers that are not finite."""


class JsonLinesWriter:
    """Writes a JSON object a line; characters that the stream cannot encode are written as JSON's escapes."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._encoding = getattr(stream, "encoding", None) or "utf-8"

    def write(self, record: Mapping[str, Any]) -> None:
        """Writes one record; see `Writer`."""
        self._stream.write(f"{format_json(record, self._encoding)}\n")


class TableWriter:
    """Writes a header and rows of csv or tsv; lists stand in their cells as JSON, and null is an empty cell.

    Args:
        stream: to write to.
        columns: the header.
        separator: `,` or a tab.
    """

    def __init__(self, stream: IO[str], columns: Sequence[str], separator: str = ",") -> None:
        self._columns = frozenset(columns)
        self._rows = csv.DictWriter(stream, columns, restval="", delimiter=separator, lineterminator="\n")
        self._rows.writeheader()

    def write(self, record: Mapping[str, Any]) -> None:
        """Writes one record; see `Writer`.

        Raises:
            BadRecord: it has a key that is none of the columns.
        """
        if further := [key for key in record if key not in self._columns]:
            raise BadRecord(
                f"a key {further[0]!r} that the records before had not; a table has the same columns in all rows, "
                "`--output FILE.jsonl` need not",
                ", ".join(record),
                "records with further keys",
            )
        self._rows.writerow({key: _format_cell(value) for key, value in record.items()})


def format_json(record: Mapping[str, Any], encoding: str) -> str:
    """Returns a record as JSON, with escapes where an encoding lacks a character."""
    text = json.dumps(record, ensure_ascii=False, allow_nan=False)
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return json.dumps(record, allow_nan=False)
    return text


def name_predictions(names: Iterable[str], columns: Collection[str]) -> dict[str, str]:
    """Returns the column that each prediction is written to: its name, or `predicted_NAME` where that is taken."""
    taken = set(columns)
    named = {}
    for name in sorted(names):
        column = name
        while column in taken:
            column = f"{PREFIX}{column}"
        named[name] = column
        taken.add(column)
    return named


def spread_classes(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns an answer with `probability_CLASS` for each class, in place of `classes` and `probabilities`."""
    if not {"classes", "probabilities"} <= answer.keys():
        return answer
    rest = {name: value for name, value in answer.items() if name not in ("classes", "probabilities")}
    by_class = zip(answer["classes"], answer["probabilities"], strict=True)
    return {**rest, **{f"probability_{name}": value for name, value in by_class}}


def replace_non_finite(value: object) -> tuple[Any, int]:
    """Returns a value of JSON with null for each number that is NaN or infinite, and how many they are."""
    if isinstance(value, float):
        return (value, 0) if math.isfinite(value) else (None, 1)
    if isinstance(value, list):
        cleaned = [replace_non_finite(item) for item in value]
        return [item for item, _ in cleaned], sum(count for _, count in cleaned)
    if isinstance(value, dict):
        by_key = {key: replace_non_finite(item) for key, item in value.items()}
        return {key: item for key, (item, _) in by_key.items()}, sum(count for _, count in by_key.values())
    return value, 0


def _format_cell(value: object) -> Any:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict, bool)) else value


def merge(fields: Mapping[str, Any], answer: Mapping[str, Any], names: Mapping[str, str]) -> tuple[dict[str, Any], int]:
    """Returns a record with its predictions, with null for numbers that are not finite, and how many these are.

    Args:
        fields: of the record.
        answer: the predictions.
        names: of their columns; see `name_predictions`.
    """
    return replace_non_finite({**fields, **{column: answer[name] for name, column in names.items()}})


def print_json(record: Mapping[str, Any], not_finite: int) -> None:
    """Prints a record as a line of JSON; `not_finite` of its numbers have become null, which is said."""
    print(format_json(record, sys.stdout.encoding or "utf-8"))
    warn_of_nulls(not_finite)


def warn_of_nulls(not_finite: int) -> None:
    """Says on standard error how many numbers were not finite, if any."""
    if not_finite:
        numbers = "number is" if not_finite == 1 else "numbers are"
        print(f"warning: {not_finite} {numbers} NaN or infinite, and written as null", file=sys.stderr)
