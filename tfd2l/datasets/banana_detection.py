"""Banana object detection dataset."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tfd2l.config.ranges import Seed
from tfd2l.data.info import DataInfo, Splits
from tfd2l.data.readers.archives import unpack_archive
from tfd2l.data.readers.download import copy_or_download
from tfd2l.data.readers.image_files import ImageOptions, MissingSplits, make_image_splits
from tfd2l.data.readers.image_records import ImageRecord
from tfd2l.data.readers.records import BadRecord, OnBadRecord, Record, read_records, resolve_columns
from tfd2l.data.readers.split_files import format_file_names
from tfd2l.errors import DataError
from tfd2l.files.bad_files import BadFiles
from tfd2l.files.images import NamedImages
from tfd2l.files.walking import find_files, require_one

ARCHIVE = (
    "http://d2l-data.s3-accelerate.amazonaws.com/banana-detection.zip",
    "5de26c8fce5ccdea9f91267273464dc968d20d72",
)
CLASS_NAMES = ("banana",)
COLUMNS = {"image": "img_name", "label": "label", "x_min": "xmin", "y_min": "ymin", "x_max": "xmax", "y_max": "ymax"}
FOLDERS = {"train": "bananas_train", "validation": "bananas_val", "test": "bananas_test"}
TABLE, IMAGES = "label.csv", "images"
SPOILT = "skipped: images of which a line of the table is bad"
NOT_NAMED = "images without a line of the table, left out"

Row = tuple[Path, list[float]]


def banana_detection(
    path: Path | None = None,
    columns: Mapping[str, str] | None = None,
    class_names: list[str] | None = None,
    image_size: list[int] | None = None,
    missing_splits: MissingSplits = "from_train",
    on_bad_record: OnBadRecord = "error",
    split_seed: Seed = 0,
) -> tuple[Splits, DataInfo]:
    """Banana object detection dataset: 1000 train and 100 validation images, 256 x 256, with a banana each.

    Examples have `image` and `objects`.

    `objects` is (most in an image, 5) float32, `[class, x_min, y_min, x_max, y_max]` in normalized coordinates:
    the book divides the file's pixels by 256. Test is a tenth of train.

    Args:
        path: The archive `banana-detection.zip` or its folder: `bananas_train/label.csv`, `bananas_train/images/*`,
            `bananas_val` (and `bananas_test`) like it; images of several objects have several lines. None takes the
            book's download.
        columns: The csv's names of our `image`, `label` (a number from 0), `x_min`, `y_min`, `x_max` and `y_max`.
        class_names: In the order of the labels; None takes banana alone.
        image_size: [height, width] that images are resized to, when they are decoded and when the model is served
            (which takes any size then); None leaves each as it is.
        missing_splits: "none" leaves test out, and all 1000 train images in train.
        on_bad_record: "error", or "skip" to leave out bad lines and files and count them.
        split_seed: Another seed takes another test split.

    Raises:
        DataError: A bad line (with file and line) or file; or no network and no copy.

    References:
        - Section 13.6.
    """
    names = resolve_columns(columns, COLUMNS)
    classes = tuple(class_names or CLASS_NAMES)
    bad = BadFiles(on_bad_record)
    folder, source = copy_or_download(path, ARCHIVE, dataset="banana_detection")
    root = unpack_archive(folder)
    read = {}
    for split, name in FOLDERS.items():
        tables = [table for table in find_files(root, TABLE) if table.parent.name.lower() == name]
        if tables:
            read[split] = _read(require_one(tables, root, f"{name}/{TABLE}"), names, classes, bad)
        elif split == "train":
            inside = format_file_names(sorted(root.iterdir()))
            raise DataError(f"{root}: no {name}/{TABLE} in it. Received: {inside}")
    options = ImageOptions(image_size, missing_splits, split_seed)
    return make_image_splits(read, options, bad, target="objects", class_names=classes, source=source)


def _read(table: Path, columns: Mapping[str, str], classes: tuple[str, ...], bad: BadFiles) -> list[ImageRecord]:
    """An image for each image that the table names, in its order.

    An image is left out if one of its lines is: without that box it would be taken for background.
    """
    images = NamedImages(table.parent / IMAGES)
    spoilt: set[Path] = set()

    def accept(record: Record) -> Row:
        file = images.get(record["image"])
        if file is None:
            raise BadRecord(f"no image {IMAGES}/{record['image']}", reason="objects without an image")
        try:
            return file, _object(record, classes)
        except BadRecord:
            spoilt.add(file)
            raise

    objects: dict[Path, list[list[float]]] = {}
    read = read_records(table, columns, accept, bad.on_bad_record, bad.counts)
    for file, row in read:
        objects.setdefault(file, []).append(row)
    for reason, files in ((SPOILT, spoilt & objects.keys()), (NOT_NAMED, {*images.files.values()} - objects.keys())):
        if files:
            bad.counts[reason] += len(files)
    return [
        ImageRecord(file, np.array(rows, np.float64), in_pixels=True)
        for file, rows in objects.items()
        if file not in spoilt
    ]  # fmt: skip


def _object(record: Record, classes: tuple[str, ...]) -> list[float]:
    """Returns the class and the corners of a line."""
    try:
        row = [float(record[key]) for key in COLUMNS if key != "image"]
    except ValueError as error:
        raise BadRecord(f"a label or corner that is no number: {error}", reason="no numbers") from error
    if not np.isfinite(row).all():
        raise BadRecord("a label or corner that is no finite number", reason="no numbers")
    if row[0] not in range(len(classes)):
        raise BadRecord(
            f"no class {record['label']}; they are 0 to {len(classes) - 1}: {', '.join(classes)} (dataset.class_names)",
            reason="unknown labels",
        )
    return row
