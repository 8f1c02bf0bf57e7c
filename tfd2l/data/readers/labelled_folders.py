"""Images in folders that are named like their classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tfd2l.data.readers.image_files import count_others
from tfd2l.data.readers.image_records import ImageRecord
from tfd2l.data.readers.split_files import SPLIT_WORDS, format_file_names
from tfd2l.errors import DataError, did_you_mean
from tfd2l.files.bad_files import BadFiles
from tfd2l.files.images import IMAGE_SUFFIXES, FoundImages, find_images
from tfd2l.files.walking import list_folder

ALL = "all"  # without folders of splits
OUTSIDE = "images outside of the folders of classes, left out"
DEPTH = 3  # folders around the splits, as archives have them


def read_labelled_folders(
    root: Path, class_names: Sequence[str] | None, bad: BadFiles
) -> tuple[dict[str, list[ImageRecord]], tuple[str, ...]]:
    """Reads the image records of each split, and the class names.

    Args:
        root: With `train/<class>/*` and perhaps `val` (or `valid`, `validation`, ...) and `test`; or with `<class>/*`.
            All images in a folder of a class are of that class, however deep they lie.
        class_names: In the order of their numbers; None takes the names of train's folders, sorted.
        bad: What is done about folders that cannot be used.

    Raises:
        DataError: No images where they are expected, two folders for one split, or a class that train does not have.
    """
    splits = _split_folders(root)
    train = splits.get("train", splits.get(ALL, root))
    names = tuple(class_names or (folder.name for folder in list_folder(train)[0]))
    if not names:
        inside = format_file_names(sorted(train.iterdir()))
        raise DataError(
            f"{train}: no folders of classes; expected train/<class>/*.jpg, and val and test like it (or <class>/*.jpg "
            f"alone, to be split). Received: {inside}"
        )
    read: dict[str, list[ImageRecord]] = {}
    outside = 0
    for split, folder in splits.items():
        outside += len(find_images(folder, deep=False).images)
        read[split] = []
        for of_class in list_folder(folder)[0]:
            _refuse_splits_inside(of_class)
            found = find_images(of_class)
            if _is_class(of_class, names, found, bad):
                read[split] += [ImageRecord(file, names.index(of_class.name)) for file in found.images]
                count_others(found.others, bad)
        absent = [name for name in names if not (folder / name).is_dir()]
        if absent and split in ("train", ALL):
            fault = f"no folder of the class {absent[0]!r} (dataset.class_names)"
            inside = ", ".join(one.name for one in list_folder(folder)[0])
            bad(folder, fault, "classes without a folder", inside)
    if outside := outside + sum(len(find_images(folder).images) for folder in _folders_beside(splits)):
        bad.counts[OUTSIDE] += outside
    return read, names


def _split_folders(root: Path) -> dict[str, Path]:
    """Split -> its folder; the folders of an archive may lie in others."""
    folder = root
    for _ in range(DEPTH):
        found: dict[str, list[Path]] = {}
        for inside in list_folder(folder)[0]:
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
        inner = list_folder(folder)[0]
        if len(inner) != 1 or find_images(inner[0], deep=False).images:
            break
        folder = inner[0]
    return {ALL: folder}


def _folders_beside(splits: Mapping[str, Path]) -> list[Path]:
    """Returns the folders that lie beside those of the splits."""
    if ALL in splits:
        return []
    return [folder for folder in list_folder(splits["train"].parent)[0] if folder not in splits.values()]


def _refuse_splits_inside(of_class: Path) -> None:
    for inside in list_folder(of_class)[0]:
        if any(inside.name.lower() in words for words in SPLIT_WORDS.values()):
            raise DataError(
                f"{of_class}: a folder of a split inside of that of a class; expected train/<class>/*.jpg, and val and "
                f"test like it. Received: {of_class.name}/{inside.name}"
            )


def _is_class(folder: Path, names: Sequence[str], found: FoundImages, bad: BadFiles) -> bool:
    if folder.name not in names:
        fault = f"the class {folder.name!r} is none of the classes.{did_you_mean(folder.name, names)} They are: "
        bad(folder, fault + ", ".join(names), "folders of no class", f"{len(found.images)} images in it")
        bad.counts["skipped: images in folders of no class"] += len(found.images)
        return False
    if not found.images:
        inside = format_file_names(sorted(folder.iterdir()))
        bad(folder, f"no images in it ({', '.join(IMAGE_SUFFIXES)})", "folders without images", inside)
    return True
