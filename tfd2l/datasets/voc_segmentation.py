"""Semantic segmentation dataset in Pascal VOC's or CamVid's form."""

from __future__ import annotations

from pathlib import Path

from tfd2l.config.ranges import Seed
from tfd2l.data.info import DataInfo, Splits
from tfd2l.data.readers.archives import unpack_archive
from tfd2l.data.readers.download import copy_or_download
from tfd2l.data.readers.image_checks import Decode, check_image_files
from tfd2l.data.readers.image_files import ImageOptions, MissingSplits, count_others, make_image_splits
from tfd2l.data.readers.image_records import ImageRecord
from tfd2l.data.readers.mask_values import MaskValues, get_mask_decoder, has_colors, read_palettes
from tfd2l.data.readers.records import OnBadRecord
from tfd2l.data.readers.split_files import SPLIT_WORDS, format_file_names
from tfd2l.data.readers.voc_layout import (
    ARCHIVE,
    CLASS_NAMES,
    IMAGES,
    NAMES,
    VocFolders,
    find_voc_folders,
    read_split_lists,
)
from tfd2l.errors import DataError
from tfd2l.files.bad_files import BadFiles
from tfd2l.files.images import NamedImages, find_images
from tfd2l.files.text_file import read_lines
from tfd2l.files.walking import find_files, list_folder, require_one, walk_folders
from tfd2l.ops.vision.pixels import IGNORED_CLASS

MASKS = "SegmentationClass"
ANNOTATED = "annot"  # behind the name of a split: the folder of its masks
MASK_ENDINGS = (".png", ".bmp", ".tif", ".tiff", ".gif")  # what keeps every pixel as it is
MISSING_MASK, MISSING_IMAGE = "images without a mask", "masks without an image"

Found = dict[str, list[ImageRecord]]


def voc_segmentation(
    path: Path | None = None,
    class_names: list[str] | None = None,
    mask_values: MaskValues = "auto",
    ignore: list[int] | None = None,
    foreground: int | None = None,
    image_size: list[int] | None = None,
    missing_splits: MissingSplits = "from_train",
    on_bad_record: OnBadRecord = "error",
    split_seed: Seed = 0,
) -> tuple[Splits, DataInfo]:
    """Semantic segmentation dataset: photographs and masks, (height, width) uint8, the class of each pixel or 255.

    Examples have `image` and `mask`; pixels of 255 are ignored.

    Args:
        path: A folder, zip or tar archive. Either VOC's `JPEGImages/*` and `SegmentationClass/*.png`, perhaps with
            `ImageSets/Segmentation/train.txt`, `val.txt`, `test.txt` (without lists it is split 80/10/10); or
            `train/*`, `trainannot/*`, and perhaps `val`, `valannot`, `test`, `testannot`, with equal names. None takes
            VOC 2012, the book's download (2 GB). Names of folders count in any case; `images` stands for `JPEGImages`.
        class_names: In the order of their numbers; None takes the lines of `class_names.txt` if it is there, else VOC's
            21 for masks in colors, and the numbers that occur for masks of class numbers.
        mask_values: What a mask's pixels say. "index": gray values (of 1 to 16 bits), or the indices of a palette, are
            class numbers; "color": colors are VOC's; "auto": gray values are class numbers; colors are VOC's, unless
            masks with a palette have others, whose indices then are class numbers. The log tells what was found.
        ignore: Class numbers whose pixels are not to count, such as one that means unlabelled; the others keep their
            numbers. 255 never counts.
        foreground: Of masks of one object, the number that means it, such as 255 where masks are black and white: it
            becomes class 1, every other that is not ignored 0, the background.
        image_size: [height, width] that images (bilinear) and masks (nearest pixel) are resized to, when they are
            decoded and when the model is served (which takes any size then, and answers in it); None leaves each as
            it is.
        missing_splits: "from_train" takes a split without a list or folder out of train, 10 %; "none" leaves it out.
        on_bad_record: "error", or "skip" to leave out images that cannot be decoded, or whose mask is missing, of
            another size or has pixels of no class, and count them.
        split_seed: Another seed takes others.

    Raises:
        DataError: A bad file; or no network and no copy.

    References:
        - Section 13.9.
        - Everingham et al. 2010, *The Pascal Visual Object Classes (VOC) Challenge*.
        - Badrinarayanan, Kendall and Cipolla 2017, *SegNet*, for the other folders (CamVid).
    """
    bad = BadFiles(on_bad_record)
    copy, source = copy_or_download(path, ARCHIVE, dataset="voc2012")
    root = unpack_archive(copy)
    for option, numbers in (("ignore", ignore or ()), ("foreground", () if foreground is None else (foreground,))):
        if wrong := [number for number in numbers if not 0 <= number <= IGNORED_CLASS]:
            raise DataError(f"dataset.{option} holds class numbers, 0 to {IGNORED_CLASS}. Received: {wrong[0]}")
    folders = find_voc_folders(root, MASKS)
    read = read_palettes(_beside(root, bad) if folders is None else _listed(folders, bad), mask_values)
    decode = get_mask_decoder(mask_values, ignore or (), foreground)
    names = tuple(
        class_names
        or _names(root)
        or (CLASS_NAMES if foreground is None and has_colors(read, mask_values) else _numbers(read, decode))
    )
    options = ImageOptions(image_size, missing_splits, split_seed)
    return make_image_splits(
        read, options, bad, target="mask", class_names=names, source=source, decode_mask=decode
    )  # fmt: skip


def _listed(folders: VocFolders, bad: BadFiles) -> Found:
    """Of VOC's folders: what the lists name, or every mask."""
    masks, images = NamedImages(folders.targets, MASK_ENDINGS), NamedImages(folders.images)
    read: Found = {}
    for split, listed in read_split_lists(folders, "Segmentation", sorted(masks.files), images, bad.counts).items():
        read[split] = []
        for name, line in listed:
            image = images.get(name)
            mask = masks.get(name) or (masks.get(image.stem) if image else None)
            if image is None:
                bad(line, f"no image {folders.images.name}/{name}", MISSING_IMAGE, name)
            elif mask is None:
                bad(image, f"it has no mask {folders.targets.name}/{name}.png ({line})", MISSING_MASK, name)
            else:
                read[split].append(ImageRecord(image, mask))
        if split == "all" and (alone := images.files.keys() - masks.files.keys()):
            bad.counts[f"{MISSING_MASK}, left out"] += len(alone)
    return read


def _beside(root: Path, bad: BadFiles) -> Found:
    """Of folders `train` and `trainannot`."""
    found = []
    for parent in walk_folders(root):
        by_name = {folder.name.lower(): folder for folder in list_folder(parent)[0]}
        if {"train", f"train{ANNOTATED}"} <= by_name.keys():
            found.append(by_name)
    if len(found) != 1:
        inside = format_file_names(sorted(root.iterdir()))
        several = ", ".join(str(by_name["train"].parent.relative_to(root)) for by_name in found)
        raise DataError(
            f"{root}: expected one folder with {' or '.join(IMAGES)} and {MASKS}, or with train and train{ANNOTATED} "
            f"(in any case). Received: {several or inside}"
        )
    (by_name,) = found
    read: Found = {}
    for split, words in SPLIT_WORDS.items():
        for word in sorted(words):
            images, annotated = by_name.get(word), by_name.get(f"{word}{ANNOTATED}")
            if images is None or annotated is None:
                continue
            files = find_images(images, deep=False)
            if not files.images:
                inside = format_file_names(sorted(images.iterdir()))
                raise DataError(f"{images}: no images in it. Received: {inside}")
            count_others(files.others, bad)
            masks = NamedImages(annotated, MASK_ENDINGS)
            for file in files.images:
                if mask := masks.get(file.stem):
                    read.setdefault(split, []).append(ImageRecord(file, mask))
                else:
                    bad(file, f"it has no mask {annotated.name}/{file.stem}.png", MISSING_MASK, file.name)
            if alone := masks.files.keys() - {file.stem for file in files.images}:
                bad.counts[f"{MISSING_IMAGE}, left out"] += len(alone)
    return read


def _names(root: Path) -> list[str]:
    """The lines of a file of class names, if there is one."""
    files = find_files(root, NAMES)
    if not files:
        return []
    return [name for _, line in read_lines(require_one(files, root, NAMES)) if (name := line.strip())]


def _numbers(read: Found, decode: Decode) -> list[str]:
    """As many numbers as the largest that occurs asks for."""
    masks = [p.readable_target or p.target for some in read.values() for p in some if isinstance(p.target, Path)]
    largest = check_image_files(masks, decode).largest
    return [str(number) for number in range(int(largest[largest < IGNORED_CLASS].max(initial=0)) + 1)]
