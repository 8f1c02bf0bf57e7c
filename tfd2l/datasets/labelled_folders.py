"""Images in folders that are named like their classes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tfd2l.datasets.bad_files import BadFiles
from tfd2l.datasets.files import SPLIT_WORDS, names_of
from tfd2l.datasets.image_files import IMAGE_SUFFIXES, image_files
from tfd2l.datasets.pictures import Picture
from tfd2l.errors import DataError, did_you_mean

ALL = "all"  # without folders of splits
DEPTH = 3  # folders around the splits, as archives have them


def labelled_folders(
    root: Path, class_names: Sequence[str] | None, bad: BadFiles
) -> tuple[dict[str, list[Picture]], tuple[str, ...]]:
    """Split -> its pictures, and the class names.

    Arguments:
        root: with `train/<class>/*` and perhaps `val` (or `valid`, `validation`, ...) and `test`; or with `<class>/*`.
        class_names: in the order of their numbers; None takes the names of train's folders, sorted.
        bad: what is done about folders that cannot be used.

    Raises:
        DataError: no images where they are expected, two folders for one split, or a class that train does not have.
    """
    splits = _split_folders(root)
    train = splits.get("train", splits.get(ALL, root))
    names = tuple(class_names or (folder.name for folder in _folders(train)))
    if not names:
        inside = names_of(sorted(train.iterdir()))
        raise DataError(
            f"{train}: no folders of classes; expected train/<class>/*.jpg, and val and test like it (or <class>/*.jpg "
            f"alone, to be split). Received: {inside}"
        )
    read = {}
    for split, folder in splits.items():
        read[split] = [
            Picture(file, names.index(of_class.name))
            for of_class in _folders(folder)
            if _is_class(of_class, names, bad)
            for file in image_files(of_class)
        ]
        absent = [name for name in names if not (folder / name).is_dir()]
        if absent and split in ("train", ALL):
            fault = f"no folder of the class {absent[0]!r} (dataset.class_names)"
            bad(folder, fault, "classes without a folder", ", ".join(f.name for f in _folders(folder)))
    return read, names


def _split_folders(root: Path) -> dict[str, Path]:
    """Split -> its folder; the folders of an archive may lie in others."""
    folder = root
    for _ in range(DEPTH):
        found: dict[str, list[Path]] = {}
        for inside in _folders(folder):
            for split, words in SPLIT_WORDS.items():
                if inside.name.lower() in words:
                    found.setdefault(split, []).append(inside)
        for split, several in found.items():
            if len(several) > 1:
                names = ", ".join(one.name for one in several)
                raise DataError(f"{folder}: several folders could be the {split} split; leave one. Received: {names}")
        if "train" in found:
            return {split: found[split][0] for split in SPLIT_WORDS if split in found}
        if found:
            names = ", ".join(some[0].name for some in found.values())
            raise DataError(f"{folder}: no folder train beside the other splits. Received: {names}")
        inner = _folders(folder)
        if len(inner) != 1 or image_files(inner[0]):
            break
        folder = inner[0]
    return {ALL: folder}


def _folders(folder: Path) -> list[Path]:
    return [
        inside
        for inside in sorted(folder.iterdir())
        if inside.is_dir() and not inside.name.startswith(".") and inside.name != "__MACOSX"
    ]


def _is_class(folder: Path, names: Sequence[str], bad: BadFiles) -> bool:
    if folder.name not in names:
        fault = f"the class {folder.name!r} is none of the classes.{did_you_mean(folder.name, names)} They are: "
        bad(folder, fault + ", ".join(names), "folders of no class", f"{len(image_files(folder))} images in it")
        return False
    if not image_files(folder):
        inside = names_of(sorted(folder.iterdir()))
        bad(folder, f"no images in it ({', '.join(IMAGE_SUFFIXES)})", "folders without images", inside)
    return True
