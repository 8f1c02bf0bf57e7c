"""The folders of Pascal VOC, which many datasets have taken over: where they lie, and their lists of splits."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tfd2l.errors import DataError
from tfd2l.files.images import NamedImages
from tfd2l.files.text_file import read_lines
from tfd2l.files.walking import list_folder, walk_folders

ARCHIVE = (
    "http://d2l-data.s3-accelerate.amazonaws.com/VOCtrainval_11-May-2012.tar",
    "4e443f8a2eca6b1dac8a6c57641b67dd40621a49",
)
IMAGES, LISTS = ("JPEGImages", "images"), "ImageSets"  # in any case
SPLITS = {"train": "train", "validation": "val", "test": "test"}
NAMES = "class_names.txt"
CLASS_NAMES = (
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
    "diningtable", "dog", "horse", "motorbike", "person", "potted plant", "sheep", "sofa", "train", "tv/monitor",
)  # fmt: skip
"""Of VOC's masks, as section 13.9 names them."""


REPEATED = "names that a list repeats, taken once"
FLAG = re.compile(r"\s+-?[01]$")  # behind a name, in the lists of single classes


@dataclass(frozen=True)
class VocFolders:
    """Where the parts of a dataset in VOC's form lie.

    Args:
        images: The folder of the images.
        targets: That of annotations or masks beside it.
        lists: That of the lists of splits, `ImageSets` in any case; None if there is none.
    """

    images: Path
    targets: Path
    lists: Path | None


def find_voc_folders(root: Path, beside: str) -> VocFolders | None:
    """Finds the folder of images, and the one beside it; None if there are none.

    Args:
        root: Where they lie, directly or in other folders.
        beside: What the other folder is called, in any case. The folder of images is called as `IMAGES` says.

    Raises:
        DataError: There are several.
    """
    found: list[VocFolders] = []
    for parent in walk_folders(root):
        by_name: dict[str, Path] = {folder.name.lower(): folder for folder in reversed(list_folder(parent)[0])}
        images = next((by_name[name.lower()] for name in IMAGES if name.lower() in by_name), None)
        if images is not None and beside.lower() in by_name:
            found.append(VocFolders(images, by_name[beside.lower()], by_name.get(LISTS.lower())))
    if len(found) > 1:
        names = ", ".join(str(folders.images.parent.relative_to(root)) for folders in found)
        raise DataError(f"{root}: several folders have {IMAGES[0]} and {beside}; give one. Received: {names}")
    return found[0] if found else None


def read_split_lists(
    folders: VocFolders, of: str, whole: Sequence[str], images: NamedImages, counts: Counter[str]
) -> dict[str, list[tuple[str, str]]]:
    """Reads the lists of splits: split -> (name of an image, the line of its list that names it).

    Args:
        folders: VOC's.
        of: "Main" or "Segmentation", a folder of lists; if it has no train.txt but a trainval.txt, what that has
            beside val.txt is train.
        whole: Names of all images, which are `all` where there are no lists.
        images: That the lists may name. A name may hold blanks; a flag of 1, 0 or -1 behind it is no part of it, unless
            there is an image of that name.
        counts: Gets names that a list repeats, which are taken once, and those of train that are held out as well.

    Raises:
        DataError: An empty list, one that is no text, or none to train on.
    """
    lists = {} if folders.lists is None else _texts(folders.lists, of)
    read = {split: _listed(lists.get(f"{word}.txt"), images, counts) for split, word in SPLITS.items()}
    both = lists.get("trainval.txt")
    if read["train"] is None and (named := _listed(both, images, counts)) is not None:
        validation = {name for name, _ in read["validation"] or ()}
        read["train"] = [one for one in named if one[0] not in validation]
        if not read["train"]:
            raise DataError(
                f"{both}: all images are in val.txt too; none is left to train on. Received: {len(named)} names"
            )
    if read["train"] is None:
        return {"all": [(name, str(folders.targets.parent)) for name in whole]}
    train = {name for name, _ in read["train"]}
    for split in ("validation", "test"):
        if shared := sum(name in train for name, _ in read[split] or ()):
            counts[f"images of {split} that are in train too, by their lists"] += shared
    return {split: named for split, named in read.items() if named is not None}


def _texts(lists: Path, of: str) -> dict[str, Path]:
    """File names in small letters -> files of a folder of lists."""
    inside = [folder for folder in list_folder(lists)[0] if folder.name.lower() == of.lower()]
    return {file.name.lower(): file for file in list_folder(inside[0])[1]} if inside else {}


def _listed(file: Path | None, images: NamedImages, counts: Counter[str]) -> list[tuple[str, str]] | None:
    """(name, FILE:LINE) of each name; None if there is no such file."""
    if file is None:
        return None
    named: dict[str, str] = {}
    for number, text in read_lines(file):
        written = text.strip()
        name = written if images.get(written) else FLAG.sub("", written)
        if name in named:
            counts[REPEATED] += 1
        elif name:
            named[name] = f"{file}:{number}"
    if not named:
        raise DataError(f"{file}: the list is empty. Received: {file.stat().st_size} bytes")
    return [*named.items()]
