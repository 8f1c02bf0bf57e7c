"""Object detection dataset in Pascal VOC's form."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np

from tfd2l.config.ranges import Seed
from tfd2l.data.info import DataInfo, Splits
from tfd2l.data.readers.archives import unpack_archive
from tfd2l.data.readers.boxes import NO_AREA
from tfd2l.data.readers.download import copy_or_download
from tfd2l.data.readers.image_files import ImageOptions, MissingSplits, make_image_splits
from tfd2l.data.readers.image_records import ImageRecord
from tfd2l.data.readers.records import OnBadRecord
from tfd2l.data.readers.split_files import format_file_names
from tfd2l.data.readers.voc_annotation import AnnotatedObject, Annotation, BadAnnotation, read_annotation
from tfd2l.data.readers.voc_layout import ARCHIVE, IMAGES, VocFolders, find_voc_folders, read_split_lists
from tfd2l.errors import DataError, did_you_mean
from tfd2l.files.bad_files import BadFiles
from tfd2l.files.images import NamedImages
from tfd2l.files.names import get_suffix
from tfd2l.files.walking import list_folder

ANNOTATIONS = "Annotations"
DIFFICULT = "objects marked difficult, left out"
EMPTY = "images without an object"
UNUSABLE = "images whose annotation cannot be used"
NOT_ANNOTATED = "images without an annotation"
XML = ".xml"

Read = dict[str, list[tuple[Path, Path, Annotation]]]  # split -> image, its annotation's file, and what that says


def voc_detection(
    path: Path | None = None,
    class_names: list[str] | None = None,
    difficult: Literal["keep", "drop"] = "keep",
    one_based: bool = True,
    image_size: list[int] | None = None,
    missing_splits: MissingSplits = "from_train",
    on_bad_record: OnBadRecord = "error",
    split_seed: Seed = 0,
) -> tuple[Splits, DataInfo]:
    """Object detection dataset in Pascal VOC's form: photographs, and the boxes of their objects in xml files.

    Examples have `image` and `objects`.

    `objects` is (most in an image, 5) float32, `[class, x_min, y_min, x_max, y_max]` in normalized coordinates,
    rows of class -1 are padding. Boxes that leave the image are cut at its edge, boxes without an area left out, images
    without an object kept; all are counted. Boxes belong to the image as it is displayed, turned as its EXIF
    orientation says; if an annotation tells the size of the image as it is stored, its boxes are turned like it.

    Args:
        path: A folder, zip or tar archive with `Annotations/*.xml`, `JPEGImages/*` and perhaps
            `ImageSets/Main/train.txt`, `val.txt`, `test.txt` somewhere in it; without lists it is split 80/10/10. Names
            of folders count in any case, and `images` stands for `JPEGImages`. None takes VOC 2012, the book's download
            (2 GB).
        class_names: In the order of their labels; None takes those of the train annotations, sorted.
        difficult: Objects marked so are kept like others, or dropped.
        one_based: Pixels are counted from 1 in the annotations, as VOC does, and 1 is taken from x_min and y_min;
            false: they are measured from 0.
        image_size: [height, width] that images are resized to, when they are decoded and when the model is served
            (which takes any size then); None leaves each as it is.
        missing_splits: "from_train" takes a split without a list out of train, 10 %; "none" leaves it out.
        on_bad_record: "error", or "skip" to leave out images that cannot be decoded, or whose annotation is missing,
            broken, made for another size or names an unknown class, and count them.
        split_seed: Another seed takes others.

    Raises:
        DataError: A bad file, with its line where it has one; or no network and no copy.

    References:
        - Everingham et al. 2010, *The Pascal Visual Object Classes (VOC) Challenge*.
        - Section 13.9 for the archive.
    """
    bad = BadFiles(on_bad_record)
    copy, source = copy_or_download(path, ARCHIVE, dataset="voc2012")
    root = unpack_archive(copy)
    folders = find_voc_folders(root, ANNOTATIONS)
    if folders is None:
        inside = format_file_names(sorted(root.iterdir()))
        names_looked_for = " or ".join(IMAGES)
        raise DataError(
            f"{root}: no {ANNOTATIONS} beside {names_looked_for} (in any case) in it or in a folder of it. "
            f"Received: {inside}"
        )
    read = _read(folders, one_based, bad)
    train = read.get("train", read.get("all", []))
    names = tuple(class_names or sorted({one.name for _, _, said in train for one in said.objects}))
    if not names:
        raise DataError(f"{folders.targets}: no object in any train annotation. Received: {len(train)} annotations")
    records = {
        split: [
            ImageRecord(
                image,
                _objects(said.objects, names, difficult, bad),
                annotation=annotation,
                annotated_size=said.size,
            )
            for image, annotation, said in some
            if _all_known(annotation, said.objects, names, bad)
        ]
        for split, some in read.items()
    }
    options = ImageOptions(image_size, missing_splits, split_seed)
    return make_image_splits(records, options, bad, target="objects", class_names=names, source=source)


def _read(folders: VocFolders, one_based: bool, bad: BadFiles) -> Read:
    files = {file.stem: file for file in list_folder(folders.targets)[1] if get_suffix(file.name) == XML}
    if not files:
        inside = format_file_names(sorted(folders.targets.iterdir()))
        raise DataError(f"{folders.targets}: no *{XML} in it (in any case). Received: {inside}")
    images = NamedImages(folders.images)
    read: Read = {}
    for split, listed in read_split_lists(folders, "Main", list(files), images, bad.counts).items():
        read[split] = []
        for name, line in listed:
            image = images.get(name)
            annotation = files.get(name) or (files.get(image.stem) if image else None)
            if image is None:
                bad(line, f"no image {folders.images.name}/{name}", "listed images that are missing", name)
            elif annotation is None:
                bad(line, f"no {folders.targets.name}/{name}{XML}", NOT_ANNOTATED, name)
            else:
                try:
                    read[split].append((image, annotation, read_annotation(annotation, one_based)))
                except BadAnnotation as fault:
                    where = annotation if fault.line is None else f"{annotation}:{fault.line}"
                    bad(where, str(fault), UNUSABLE, fault.received)
        if split == "all" and (alone := images.files.keys() - files.keys()):
            bad.counts[f"{NOT_ANNOTATED}, left out"] += len(alone)
    return read


def _all_known(annotation: Path, objects: list[AnnotatedObject], names: tuple[str, ...], bad: BadFiles) -> bool:
    """An image with an unknown object is not used at all: without its box it would be taken for background."""
    for one in objects:
        if one.name not in names:
            fault = f"no class {one.name!r}.{did_you_mean(one.name, names)} Classes: {', '.join(names)}"
            bad(f"{annotation}:{one.line}", f"{fault} (dataset.class_names)", UNUSABLE, one.name)
            return False
    return True


def _objects(objects: list[AnnotatedObject], names: tuple[str, ...], difficult: str, bad: BadFiles) -> np.ndarray:
    """Returns the class and the box of each object, (n, 5)."""
    used = [one for one in objects if one.has_area and not (one.difficult and difficult == "drop")]
    for reason, number in (
        (EMPTY, not used),
        (NO_AREA, sum(not one.has_area for one in objects)),
        (DIFFICULT, sum(one.has_area for one in objects) - len(used)),
    ):
        if number:
            bad.counts[reason] += int(number)
    return np.array([[names.index(one.name), *one.corners] for one in used], np.float64).reshape(-1, 5)
