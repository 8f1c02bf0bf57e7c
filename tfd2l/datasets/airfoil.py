"""NASA airfoil self-noise regression dataset."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from tfd2l.config.ranges import PositiveInt, Seed
from tfd2l.data.info import Columns, DataInfo, Splits, make_splits
from tfd2l.data.readers.download import copy_or_download
from tfd2l.data.readers.records import BadRecord, OnBadRecord, Record, read_records
from tfd2l.data.readers.split_files import fill_splits, find_file
from tfd2l.errors import DataError

FILE = "airfoil_self_noise.dat"
ARCHIVE = (f"http://d2l-data.s3-accelerate.amazonaws.com/{FILE}", "76e5be1548fd8222e5074cf0faae75edff8cf93f")
FEATURES = ("frequency", "angle_of_attack", "chord_length", "velocity", "displacement_thickness")
TARGET = "sound_pressure_level"
COLUMNS = {name: name for name in (*FEATURES, TARGET)}  # the file has no header

Row = tuple[float, ...]
MeasuredOn = Literal["train", "held_out"]


def airfoil(
    path: Path | None = None,
    num_rows: PositiveInt | None = 1500,
    measured_on: MeasuredOn = "train",
    split_seed: Seed = 0,
    on_bad_record: OnBadRecord = "error",
) -> tuple[Splits, DataInfo]:
    """NASA airfoil self-noise regression dataset: 1503 measurements in a wind tunnel.

    Features: `frequency` (Hz), `angle_of_attack` (degrees), `chord_length` (m), `velocity` of the free stream (m/s) and
    `displacement_thickness` of the boundary layer on the suction side (m). Target: `sound_pressure_level` (dB).

    Args:
        path: `airfoil_self_noise.dat` (six numbers a line, tabs between them, no header), or its folder or zip; None is
            the book's download (60 kB).
        num_rows: The first so many; the book takes 1500. None takes all.
        measured_on: "train": validation is the training rows themselves, as the book has it, and there is no test;
            or "held_out": 80/10/10, where no setting of the tunnel (all but the frequency) is in two splits.
        split_seed: Of "held_out"; another seed splits otherwise.
        on_bad_record: "error", or "skip" to leave bad lines out and count them.

    Raises:
        DataError: Too few rows, a bad record (with file and line), or no network and no copy.

    References:
        - Brooks, Pope and Marcolini 1989, *Airfoil Self-Noise and Prediction*, by way of the UCI repository.
    """
    counts: Counter[str] = Counter()
    folder, name = copy_or_download(path, ARCHIVE, dataset="airfoil")
    rows = read_records(find_file(folder, FILE), COLUMNS, _accept, on_bad_record, counts, header=list(COLUMNS))
    return make_airfoil_splits(rows, num_rows, measured_on, split_seed, source=name, counts=counts)


def make_airfoil_splits(
    rows: Sequence[Row],
    num_rows: int | None,
    measured_on: MeasuredOn,
    split_seed: int,
    *,
    source: str,
    counts: Mapping[str, int] | None = None,
) -> tuple[Splits, DataInfo]:
    """Makes splits of the first rows (features, then target); see `airfoil`.

    Raises:
        DataError: Fewer rows than wanted, or too few settings of the tunnel for three splits.
    """
    wanted = len(rows) if num_rows is None else num_rows
    if not 1 <= wanted <= len(rows):
        raise DataError(
            f"{source}: dataset.num_rows counts from 1 up to the {len(rows)} rows there are (null takes all). "
            f"Received: dataset.num_rows={num_rows}"
        )
    first = list(rows[:wanted])
    if measured_on == "train":
        splits = {"train": first, "validation": first}
    else:
        splits = fill_splits({"all": first}, lambda row: repr(row[1 : len(FEATURES)]), split_seed)
    columns: dict[str, Columns] = {
        split: dict(zip(COLUMNS, map(list, zip(*some, strict=True)), strict=True)) for split, some in splits.items()
    }
    return make_splits(columns, inputs=FEATURES, source=source, counts=counts)


def _accept(record: Record) -> Row:
    return tuple(_number(key, record[key]) for key in COLUMNS)


def _number(key: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadRecord(f"{key} is not a number", text)
    return number
