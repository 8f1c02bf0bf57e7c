"""Predicts for the records of a file, some at a time, and writes each with its predictions."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from tfd2l.cli.prediction.bad_lines import BadLines, OnBadRecord
from tfd2l.cli.prediction.model_inputs import ModelInput
from tfd2l.cli.prediction.predictor import Predictor, Row
from tfd2l.cli.prediction.records import STANDARD_INPUT, BadLine, Format, Record, choose_format, scan_records
from tfd2l.cli.prediction.writers import (
    JsonLinesWriter,
    TableWriter,
    Writer,
    merge,
    name_predictions,
    spread_classes,
    warn_of_nulls,
)
from tfd2l.errors import ConfigError, DataError, Tfd2lError
from tfd2l.files.bad_files import BadRecord
from tfd2l.files.opening import UNPACKED

RECORDS, IMAGES = 256, 16  # records in memory at a time


@dataclass(frozen=True)
class Job:
    """What to read and where to write.

    Args:
        input: csv, tsv or jsonl; `-` is standard input.
        format: of it; None tells it by the ending.
        output: csv, tsv or jsonl by its ending; None prints lines of JSON.
        on_bad_record: "error" stops at a line that is no record of the model's inputs; "skip" leaves it out.
    """

    input: Path
    format: Format | None = None
    output: Path | None = None
    on_bad_record: OnBadRecord = "error"


def predict_file(job: Job, inputs: Mapping[str, ModelInput], load: Callable[[], Any]) -> None:
    """Predicts for all records of a file and writes them, all their columns and the predictions, as it goes.

    Args:
        job: what to read and where to write.
        inputs: of the model, by name.
        load: loads the model; called after the first records are read, so that most mistakes cost no time.

    Raises:
        DataError: the file cannot be read, holds no record, or a bad one.
        ConfigError: the output cannot be written.
    """
    bad = BadLines("standard input" if str(job.input) == STANDARD_INPUT else job.input, job.on_bad_record)
    source = scan_records(job.input, choose_format(job.input, job.format, "`--format` says what it is"), list(inputs))
    parsed = _parse(source, inputs, bad)
    size = IMAGES if any(one.is_image for one in inputs.values()) else RECORDS
    first = list(islice(parsed, size))
    if not first:
        raise DataError(f"{job.input}: no records. Received: {sum(bad.counts.values())} lines, all of them bad")
    with _open_output(job) as stream:
        # Names of images are meant from where the file lies.
        predictor = Predictor(load(), inputs, job.input.parent)
        output = _Output(stream, job, bad)
        try:
            for some in chain([first], iter(lambda: list(islice(parsed, size)), [])):
                output.write(*_predict(some, predictor, bad))
                stream.flush()
        except Tfd2lError:
            if output.written:
                print(f"{output.written} predictions were written before this:", file=sys.stderr)
            raise
    output.summarize()


def _parse(
    source: Iterator[Record | BadLine], inputs: Mapping[str, ModelInput], bad: BadLines
) -> Iterator[tuple[Record, dict[str, Any]]]:
    """Yields the records that hold the model's inputs, with the values of these."""
    for record in source:
        if isinstance(record, BadLine):
            bad(record.line, record.fault)
            continue
        try:
            values = {name: one.parse(record.fields[name]) for name, one in inputs.items()}
        except ValueError as error:
            bad(record.line, BadRecord(str(error), record.fields))
            continue
        yield record, values


def _predict(
    records: Sequence[tuple[Record, dict[str, Any]]], predictor: Predictor, bad: BadLines
) -> tuple[list[Record], list[dict[str, Any]]]:
    kept: list[Record] = []
    rows: list[Row] = []
    for record, values in records:
        try:
            rows.append(predictor.prepare(values))
            kept.append(record)
        except ValueError as error:
            bad(record.line, BadRecord(str(error), record.fields))
        except DataError as error:  # an image; its message ends with what was received
            fault, _, received = str(error).rpartition(". Received: ")
            bad(record.line, BadRecord(fault, received, "images that cannot be used"))
    return kept, predictor(rows) if rows else []


class _Output:
    """Writes records with their predictions, and counts what is worth telling."""

    def __init__(self, stream: IO[str], job: Job, bad: BadLines) -> None:
        self._stream = stream
        self._job = job
        self._format = choose_format(job.output) if job.output else "jsonl"
        self._bad = bad
        self._writer: Writer | None = None
        self._names: dict[str, str] = {}
        self._not_finite = 0
        self.written = 0

    def write(self, records: Sequence[Record], answers: Sequence[Mapping[str, Any]]) -> None:
        """Writes records, each with its predictions."""
        if not records:
            return
        if self._format != "jsonl":
            answers = [spread_classes(answer) for answer in answers]
        if self._writer is None:
            self._begin(records, answers[0])
        for record, answer in zip(records, answers, strict=True):
            if clash := [column for column in self._names.values() if column in record.fields]:
                fault = f"a key {clash[0]!r}, where the prediction stands: no record before had it"
                self._bad(record.line, BadRecord(fault, record.fields, "keys named like a prediction"))
                continue
            merged, not_finite = merge(record.fields, answer, self._names)
            try:
                assert self._writer is not None
                self._writer.write(merged)
            except BadRecord as fault:
                self._bad(record.line, fault)
                continue
            self._not_finite += not_finite
            self.written += 1

    def _begin(self, records: Sequence[Record], answer: Mapping[str, Any]) -> None:
        columns = list(dict.fromkeys(key for record in records for key in record.fields))
        self._names = name_predictions(answer, columns)
        for name, column in self._names.items():
            if name != column:
                print(f"the file has {name!r} already; what is predicted stands in {column!r}", file=sys.stderr)
        if self._format == "jsonl":
            self._writer = JsonLinesWriter(self._stream)
        else:
            header = [*columns, *self._names.values()]
            self._writer = TableWriter(self._stream, header, "," if self._format == "csv" else "\t")

    def summarize(self) -> None:
        """Says what was left out or changed, and what was written to a file."""
        warn_of_nulls(self._not_finite)
        left_out = "; ".join(f"{count} {reason}" for reason, count in self._bad.counts.items())
        if left_out:
            print(f"warning: {sum(self._bad.counts.values())} bad lines are left out: {left_out}", file=sys.stderr)
        if self._job.output:
            print(f"{self.written} predictions in {self._job.output}", file=sys.stderr)


@contextmanager
def _open_output(job: Job) -> Iterator[IO[str]]:
    if job.output is None:
        yield sys.stdout
        return
    choose_format(job.output)
    file = job.output.expanduser()
    try:
        if file.exists() and job.input.exists() and os.path.samefile(file, job.input):
            raise ConfigError(f"--output would overwrite what is read. Received: --output {job.output}")
        opener = gzip.open if file.name.lower().endswith(UNPACKED) else open
        stream = opener(file, "wt", encoding="utf-8", newline="", errors="backslashreplace")
    except OSError as error:
        raise ConfigError(
            f"{job.output}: cannot be written: {error.strerror or error}. Received: --output {job.output}"
        ) from error
    with stream:
        yield stream
