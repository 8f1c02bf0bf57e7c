"""Small gray images with a class each, from TFDS or from the four idx files that MNIST's relatives come in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from tfd2l.data.info import Columns, DataInfo, Splits, make_splits
from tfd2l.data.readers.class_names import require_distinct, require_two_classes
from tfd2l.data.readers.download import load_tfds_splits
from tfd2l.data.readers.idx import read_idx
from tfd2l.data.readers.records import File
from tfd2l.data.readers.split_files import fill_splits, format_file_names, list_files
from tfd2l.errors import DataError, listing
from tfd2l.files.names import get_suffix

FILE_NAME = re.compile(r"(train|t10k)[-_.](images|labels)[-_.]idx[13][-_.]ubyte(\.gz)?")
SPLITS = {"train": "train", "t10k": "test"}
DIMENSIONS = {"images": 3, "labels": 1}
READ_CHUNK = 4096

Labelled = tuple[np.ndarray, int]  # (height, width, 1) uint8, and the number of its class


def read_labelled_images(
    name: str, path: Path | None, class_names: Sequence[str], split_seed: int
) -> tuple[Splits, DataInfo]:
    """Reads splits of `image`, (height, width, 1) uint8, and `label`.

    The published train images give train and validation (9 to 1), the published test images test. Which image falls
    to which does not hang on their order, and two equal ones fall to the same.

    Args:
        name: The dataset's in TFDS, used if there is no path.
        path: A folder or zip with idx files; with those of one split alone, they are split 80/10/10.
        class_names: In the order of the labels.
        split_seed: Another seed splits otherwise.

    Raises:
        DataError: A file that is missing or broken, images and labels that do not fit each other; or no network and
            no copy.
    """
    if path is None:
        splits, info = load_tfds_splits(name, inputs=("image",))
        read = {split: load_images(ds) for split, ds in splits.items()}
        source = info.source
    else:
        read = _from_idx(path.expanduser(), class_names)
        source = f"file: {path.name}"
    return make_labelled_splits(read, source, class_names, split_seed)


def make_labelled_splits(
    read: Mapping[str, list[Labelled]], source: str, class_names: Sequence[str], split_seed: int
) -> tuple[Splits, DataInfo]:
    """Makes splits of images in memory; missing ones are taken out of train, equal images to the same split.

    Args:
        read: Split -> its images and labels; or `all`.
        source: Where the images come from.
        class_names: Names of the classes, in the order of their labels.
        split_seed: Another seed splits otherwise.

    Raises:
        DataError: A split without an image, or a class that is named twice, or a single class in train.
    """
    require_distinct(class_names)
    complete = fill_splits(read, lambda row: hashlib.sha1(row[0].tobytes()).hexdigest(), split_seed)
    columns: dict[str, Columns] = {}
    for split, rows in complete.items():
        if not rows:
            sizes = {name: len(some) for name, some in complete.items()}
            raise DataError(f"{source}: no image is left for the {split} split; give more. Received: {sizes} images")
        columns[split] = {"image": np.stack([image for image, _ in rows]), "label": [label for _, label in rows]}
    require_two_classes((class_names[label] for label in columns["train"]["label"]), source, "Give more images.")
    return make_splits(columns, inputs=("image",), source=source, class_names=class_names)


def load_images(ds: tf.data.Dataset) -> list[Labelled]:
    """Loads the images and labels of a split."""
    chunks = ds.batch(READ_CHUNK).as_numpy_iterator()
    return [row for chunk in chunks for row in zip(chunk["image"], chunk["label"].tolist(), strict=True)]


def _from_idx(path: Path, class_names: Sequence[str]) -> dict[str, list[Labelled]]:
    """The labelled images of each split that has files; of a split alone, as `all`."""
    read = {split: _read(files, class_names) for split, files in _files(path).items()}
    shapes = {split: "x".join(map(str, rows[0][0].shape[:2])) for split, rows in read.items()}
    if len(set(shapes.values())) > 1:
        raise DataError(f"{path}: the images of train and test differ in size. Received: {shapes}")
    if len(read) == 1:
        return {"all": next(iter(read.values()))}
    return read


def _files(path: Path) -> dict[str, dict[str, File]]:
    """Split -> images and labels -> the file."""
    if path.is_file() and get_suffix(path.name) != ".zip":
        raise DataError(
            f"{path}: images and labels are files of their own: give the folder that holds both, "
            f"`dataset.path={path.parent}`. Received: {path.name}"
        )
    found: dict[str, dict[str, File]] = {}
    files = list_files(path)
    named = [(file, match) for file in files if (match := FILE_NAME.fullmatch(file.name))]
    folders = {str(file.parent) for file, _ in named}
    if len(folders) > 1:  # torchvision keeps several such datasets in one folder
        raise DataError(f"{path}: several folders hold idx files; give one. Received: {listing(folders)}")
    for file, match in named:  # a plain file comes before its gzipped copy
        found.setdefault(SPLITS[match[1]], {}).setdefault(match[2], file)
    for split, kinds in found.items():
        if missing := DIMENSIONS.keys() - kinds:
            there = ", ".join(file.name for file in kinds.values())
            raise DataError(f"{path}: no {missing.pop()} of the {split} images. Received: {there} alone")
    if not found:
        raise DataError(
            f"{path}: no idx files; expected names such as train-images-idx3-ubyte.gz and "
            f"train-labels-idx1-ubyte.gz, t10k-... for test. Received: {format_file_names(files)}"
        )
    return found


def _read(files: dict[str, File], class_names: Sequence[str]) -> list[Labelled]:
    images, labels = (read_idx(files[kind], dimensions) for kind, dimensions in DIMENSIONS.items())
    if len(images) != len(labels):
        raise DataError(
            f"{files['labels']}: not as many labels as images in {files['images'].name}. "
            f"Received: {len(labels)} labels, {len(images)} images"
        )
    unknown = np.flatnonzero(labels >= len(class_names))
    if len(unknown):
        raise DataError(
            f"{files['labels']}: the label of image {unknown[0]} (from 0) has no name; there are {len(class_names)} "
            f"(dataset.class_names). Received: label {labels[unknown[0]]}"
        )
    return list(zip(images[..., None], labels.tolist(), strict=True))
