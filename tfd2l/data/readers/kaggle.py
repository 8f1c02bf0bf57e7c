"""The form of Kaggle's image competitions: numbered or named images, and a table of their labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tfd2l.data.info import DataInfo, Splits
from tfd2l.data.readers.archives import unpack_archive
from tfd2l.data.readers.download import copy_or_download
from tfd2l.data.readers.image_files import ImageOptions, count_others, make_image_splits
from tfd2l.data.readers.image_records import ImageRecord
from tfd2l.data.readers.records import BadRecord, OnBadRecord, Record, read_records, resolve_columns
from tfd2l.data.readers.split_files import format_file_names
from tfd2l.errors import DataError, did_you_mean
from tfd2l.files.bad_files import BadFiles
from tfd2l.files.images import IMAGE_SUFFIXES, find_images
from tfd2l.files.names import get_suffix
from tfd2l.files.walking import find_files, require_one, walk_files, walk_folders

WITHOUT_IMAGE = "labels without an image"
TWICE = "lines of the table that say the same as an earlier one"


@dataclass(frozen=True)
class Competition:
    """What distinguishes one competition from another.

    Args:
        dataset: Its name here.
        archive: Address and SHA-1 of the book's sample.
        table: The name of the csv of labels.
        columns: Its names of our `id` (an image's name, with or without its ending) and `label`.
        class_names: In the order of their labels; None takes those of the table, sorted.
    """

    dataset: str
    archive: tuple[str, str]
    table: str
    columns: Mapping[str, str]
    class_names: Sequence[str] | None = None


def make_competition_splits(
    competition: Competition,
    path: Path | None,
    columns: Mapping[str, str] | None,
    class_names: Sequence[str] | None,
    options: ImageOptions,
    on_bad_record: OnBadRecord,
) -> tuple[Splits, DataInfo]:
    """Makes splits of a competition's labelled images; its own test images are the fact `UnlabelledExamples`.

    Args:
        competition: Which.
        path: See `list_competition_images`; None takes the book's sample.
        columns: Names of columns, in place of the competition's.
        class_names: In place of the competition's.
        options: Of the images.
        on_bad_record: "error", or "skip" to leave out what cannot be used and count it.

    Raises:
        DataError: A bad line (with file and line) or file; or no network and no copy.
    """
    bad = BadFiles(on_bad_record)
    folder, source = copy_or_download(path, competition.archive, dataset=competition.dataset)
    names = resolve_columns(columns, competition.columns)
    known = class_names or competition.class_names
    records, classes = read_labelled_images(folder, competition.table, names, known, bad)
    unlabelled = list_competition_images(folder, "test", bad)
    return make_image_splits(
        {"train": records}, options, bad, target="label", class_names=classes, source=source, unlabelled=unlabelled
    )


def read_labelled_images(
    path: Path, table: str, columns: Mapping[str, str], class_names: Sequence[str] | None, bad: BadFiles
) -> tuple[list[ImageRecord], tuple[str, ...]]:
    """Reads the records of the train images with their labels, and the class names.

    Args:
        path: See `list_competition_images`.
        table: The name of the csv of labels, in the folder or in a zip of its own.
        columns: The csv's names of our `id` (an image's name without its ending) and `label`.
        class_names: In the order of their labels; None takes those of the table, sorted.
        bad: What is done about bad lines, and images without a label; labels without an image are counted.

    Raises:
        DataError: No table or no images; a bad line (with file and line); an image without a label.
    """
    file = _table(unpack_archive(path), table)
    names = list(class_names or ())

    def accept(record: Record) -> tuple[str, str]:
        label = record["label"]
        if not record["id"] or not label:
            raise BadRecord("the id or the label is empty")
        if names and label not in names:
            fault = f"no class {label!r}.{did_you_mean(label, names)} Classes: {', '.join(names)}"
            raise BadRecord(fault, reason="unknown labels")
        name = record["id"]
        return name.removesuffix(name[-len(kind) :]) if (kind := get_suffix(name)) in IMAGE_SUFFIXES else name, label

    lines: list[int] = []
    rows = read_records(file, columns, accept, bad.on_bad_record, bad.counts, lines=lines)
    labels, contradicted = _without_contradictions(file, rows, lines, bad)
    classes = tuple(names or sorted(set(labels.values())))
    records = []
    for image in list_competition_images(path, "train", bad):
        if image.stem in labels:
            records.append(ImageRecord(image, classes.index(labels[image.stem])))
        else:
            has = "says two labels of its id" if image.stem in contradicted else "has no line with its id"
            bad(image, f"{file.name} {has}", "images without a label", image.stem)
    if unused := len(labels) - len(records):
        bad.counts[WITHOUT_IMAGE] = unused
    return records, classes


def _without_contradictions(
    file: Path, rows: Sequence[tuple[str, str]], lines: Sequence[int], bad: BadFiles
) -> tuple[dict[str, str], set[str]]:
    """Id -> label, and the ids that have two, of which none is taken; one that is said twice alike is counted."""
    first: dict[str, tuple[int, str]] = {}
    contradicted: set[str] = set()
    for (name, label), line in zip(rows, lines, strict=True):
        line_before, label_before = first.setdefault(name, (line, label))
        if label != label_before:
            fault = f"the id {name!r} has another label in line {line_before}: {label_before!r}"
            bad(f"{file}:{line}", fault, "labels that contradict an earlier line", label)
            contradicted.add(name)
        elif line != line_before:
            bad.counts[TWICE] += 1
    return {name: label for name, (_, label) in first.items() if name not in contradicted}, contradicted


def list_competition_images(path: Path, part: str, bad: BadFiles) -> list[Path]:
    """Lists the images of a part of a competition, by number where their names are numbers.

    Args:
        path: A folder (or archive) with the folder `train` (or `train_tiny`, as samples are called) or a zip of that
            name, and perhaps `test` like it.
        part: "train" or "test".
        bad: Counts files that are no images.

    Raises:
        DataError: There are none (of train), or in several places.
    """
    root = unpack_archive(path)
    words = (part, f"{part}_tiny")
    packed = [file for file in walk_files(root) if get_suffix(file.name) == ".zip"]
    found = [
        place
        for place in sorted([*walk_folders(root)[1:], *packed])
        if place.stem.lower() in words
        if not any(above.stem.lower() in words for above in place.relative_to(root).parents)
    ]
    if len(found) > 1 and len({place.with_suffix("") for place in found}) == 1:
        found = [place for place in found if place.is_dir()]  # unpacked beside its zip
    if not found and part == "test":
        return []
    if len(found) != 1:
        inside = ", ".join(str(place.relative_to(root)) for place in found or sorted(root.iterdir())[:12])
        raise DataError(
            f"{root}: expected one folder {part} (or {part}_tiny), or a zip of that name. Received: "
            f"{inside or 'nothing in it'}"
        )
    folder = unpack_archive(found[0])
    there = find_images(folder)
    images = there.images
    count_others(there.others, bad)
    twice = [name for name, number in Counter(image.stem for image in images).items() if number > 1]
    if twice:
        alike = ", ".join(str(image.relative_to(folder)) for image in images if image.stem == twice[0])
        raise DataError(f"{found[0]}: several images have the id {twice[0]!r}; leave one. Received: {alike}")
    if not images:
        raise DataError(f"{found[0]}: no images in it. Received: {len(list(folder.iterdir()))} other files or folders")
    return sorted(images, key=lambda file: (len(file.stem) if file.stem.isdecimal() else 0, file.stem))


def _table(root: Path, name: str) -> Path:
    """The csv, beside the images or in `name.zip`."""
    files = find_files(root, name) or [
        file for packed in find_files(root, f"{name}.zip") for file in find_files(unpack_archive(packed), name)
    ]
    if not files:
        inside = format_file_names(sorted(root.iterdir()))
        raise DataError(f"{root}: no {name} (or {name}.zip) in it. Received: {inside}")
    return require_one(files, root, name)
