"""The folders of Pascal VOC, which many datasets have taken over: where they lie, and their lists of splits."""

from __future__ import annotations

from pathlib import Path

from tfd2l.datasets.image_files import IMAGE_SUFFIXES
from tfd2l.errors import DataError

ARCHIVE = (
    "http://d2l-data.s3-accelerate.amazonaws.com/VOCtrainval_11-May-2012.tar",
    "4e443f8a2eca6b1dac8a6c57641b67dd40621a49",
)
IMAGES, LISTS = "JPEGImages", "ImageSets"
SPLITS = {"train": "train", "validation": "val", "test": "test"}
NAMES = "class_names.txt"
CLASS_NAMES = (
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
    "diningtable", "dog", "horse", "motorbike", "person", "potted plant", "sheep", "sofa", "train", "tv/monitor",
)  # fmt: skip
"""Of VOC's masks, as section 13.9 names them."""


def voc_folder(root: Path, beside: str) -> Path | None:
    """The folder that has `JPEGImages` and another folder in it; None if there is none.

    Raises:
        DataError: there are several.
    """
    found = [folder.parent for folder in sorted(root.rglob(IMAGES)) if (folder.parent / beside).is_dir()]
    if len(found) > 1:
        names = ", ".join(str(folder.relative_to(root)) for folder in found)
        raise DataError(f"{root}: several folders have {IMAGES} and {beside}; give one. Received: {names}")
    return found[0] if found else None


def split_lists(folder: Path, of: str, whole: list[str]) -> dict[str, list[tuple[str, str]]]:
    """Split -> (name of a picture, the line of its list that names it).

    Arguments:
        folder: VOC's.
        of: "Main" or "Segmentation", a folder of lists; if it has no train.txt but a trainval.txt, what that has
            beside val.txt is train.
        whole: names of all pictures, which are `all` where there are no lists.

    Raises:
        DataError: an empty list, or none to train on.
    """
    lists = folder / LISTS / of
    read = {split: _listed(lists / f"{word}.txt") for split, word in SPLITS.items()}
    if read["train"] is None and (both := _listed(lists / "trainval.txt")) is not None:
        validation = {name for name, _ in read["validation"] or ()}
        read["train"] = [named for named in both if named[0] not in validation]
        if not read["train"]:
            raise DataError(
                f"{lists / 'trainval.txt'}: all pictures are in val.txt too; none is left to train on. "
                f"Received: {len(both)} names"
            )
    if read["train"] is None:
        return {"all": [(name, str(folder)) for name in whole]}
    return {split: named for split, named in read.items() if named is not None}


def _listed(file: Path) -> list[tuple[str, str]] | None:
    """(name, FILE:LINE) of each line; None if there is no such file."""
    if not file.is_file():
        return None
    lines = enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
    named = [(line.split()[0], f"{file}:{number}") for number, line in lines if line.strip()]
    if not named:
        raise DataError(f"{file}: the list is empty. Received: {file.stat().st_size} bytes")
    return named


def image_named(folder: Path, name: str) -> Path | None:
    """The image file of a name without its ending, or with it."""
    candidates = [folder / f"{name}{suffix}" for suffix in ("", *IMAGE_SUFFIXES, *map(str.upper, IMAGE_SUFFIXES))]
    return next((file for file in candidates if file.is_file()), None)
