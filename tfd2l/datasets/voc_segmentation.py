"""Photographs with a class for each pixel: Pascal VOC's palette masks, or masks whose pixels are class numbers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import tensorflow as tf

from tfd2l.datasets.archives import unpacked_folder
from tfd2l.datasets.bad_files import BadFiles
from tfd2l.datasets.data import DataInfo, Splits
from tfd2l.datasets.download import copy_or_download
from tfd2l.datasets.files import SPLIT_WORDS, names_of
from tfd2l.datasets.image_checks import look_at
from tfd2l.datasets.image_files import ImageOptions, MissingSplits, image_files, image_splits
from tfd2l.datasets.pictures import Picture
from tfd2l.datasets.records import OnBadRecord
from tfd2l.datasets.voc_layout import ARCHIVE, CLASS_NAMES, IMAGES, NAMES, image_named, split_lists, voc_folder
from tfd2l.errors import DataError
from tfd2l.ops.color_map import NO_CLASS, color_to_class, voc_palette
from tfd2l.ops.pixels import IGNORED

MASKS = "SegmentationClass"
ANNOTATED = "annot"  # behind the name of a split: the folder of its masks
MISSING_MASK, MISSING_IMAGE = "images without a mask", "masks without an image"

Found = dict[str, list[Picture]]


def voc_segmentation(
    path: Path | None = None,
    class_names: list[str] | None = None,
    masks: Literal["palette", "index"] | None = None,
    ignore: list[int] | None = None,
    image_size: list[int] | None = None,
    missing_splits: MissingSplits = "from_train",
    on_bad_record: OnBadRecord = "error",
    split_seed: int = 0,
) -> tuple[Splits, DataInfo]:
    """Photographs with masks: `image` and `mask`, (height, width) uint8, the class of each pixel or 255 to ignore it.

    Arguments:
        path: a folder, zip or tar archive. Either VOC's `JPEGImages/*` and `SegmentationClass/*.png`, perhaps with
            `ImageSets/Segmentation/train.txt`, `val.txt`, `test.txt` (without lists it is split 80/10/10); or
            `train/*`, `trainannot/*`, and perhaps `val`, `valannot`, `test`, `testannot`, with equal names. None takes
            VOC 2012, the book's download (2 GB).
        class_names: in the order of their numbers; None takes the lines of `class_names.txt` if it is there, else VOC's
            21 for palette masks, and the numbers that occur for index masks.
        masks: "palette": a mask's colours are VOC's; "index": its grey values are class numbers; None takes "palette"
            for VOC's folders and "index" for the others.
        ignore: class numbers whose pixels are not to count, such as one that means unlabelled; the others keep their
            numbers.
        image_size: [height, width] that images (bilinear) and masks (nearest pixel) are resized to, when they are
            decoded and when the model is served (which takes any size then, and answers in it); None leaves each as
            it is.
        missing_splits: "from_train" takes a split without a list or folder out of train, 10 %; "none" leaves it out.
        on_bad_record: "error", or "skip" to leave out images that cannot be decoded, or whose mask is missing, of
            another size or has pixels of no class, and count them.
        split_seed: another seed takes others.

    Raises:
        DataError: a bad file; or no network and no copy.

    Source: section 13.9; Everingham et al. 2010, *The Pascal Visual Object Classes (VOC) Challenge*; Badrinarayanan,
    Kendall and Cipolla 2017, *SegNet*, for the other folders (CamVid).
    """
    bad = BadFiles(on_bad_record)
    copy, source = copy_or_download(path, ARCHIVE, dataset="voc2012")
    root = unpacked_folder(copy)
    folder = voc_folder(root, MASKS)
    read = _beside(root, bad) if folder is None else _listed(folder, bad)
    form = masks or ("index" if folder is None else "palette")
    decode = partial(decode_palette if form == "palette" else decode_index, ignore=tuple(ignore or ()))
    names = tuple(class_names or _names(root) or (CLASS_NAMES if form == "palette" else _numbers(read, decode)))
    if wrong := [number for number in ignore or () if not 0 <= number <= IGNORED]:
        raise DataError(f"dataset.ignore holds class numbers, 0 to {IGNORED}. Received: {wrong[0]}")
    options = ImageOptions(image_size, missing_splits, split_seed)
    return image_splits(
        read, options, bad, target="mask", class_names=names, source=source, decode_mask=decode
    )  # fmt: skip


def decode_palette(content: tf.Tensor, ignore: Sequence[int] = ()) -> tf.Tensor:
    """The bytes of a mask in VOC's colours -> (height, width) int32; `NO_CLASS` where a colour is none of them."""
    colors = tf.io.decode_image(content, channels=3, expand_animations=False)  # (height, width, 3)
    return _ignored(color_to_class(tf.ensure_shape(colors, [None, None, 3]), voc_palette()), ignore)


def decode_index(content: tf.Tensor, ignore: Sequence[int] = ()) -> tf.Tensor:
    """The bytes of a grey mask -> (height, width) int32, its values; `NO_CLASS` everywhere if it has colours."""
    values = tf.io.decode_image(content, expand_animations=False)  # (height, width, channels)
    values = tf.ensure_shape(values, [None, None, None])
    grey = tf.equal(tf.shape(values)[2], 1)
    return _ignored(tf.where(grey, tf.cast(values[..., 0], tf.int32), NO_CLASS), ignore)


def _ignored(mask: tf.Tensor, ignore: Sequence[int]) -> tf.Tensor:
    for number in ignore:
        mask = tf.where(tf.equal(mask, number), IGNORED, mask)
    return mask


def _listed(folder: Path, bad: BadFiles) -> Found:
    """Of VOC's folders: what the lists name, or every mask."""
    whole = [file.stem for file in image_files(folder / MASKS)]
    read: Found = {}
    for split, listed in split_lists(folder, "Segmentation", whole).items():
        read[split] = []
        for name, line in listed:
            image, mask = image_named(folder / IMAGES, name), folder / MASKS / f"{name}.png"
            if image is None:
                bad(line, f"no image {IMAGES}/{name}", MISSING_IMAGE, name)
            elif not mask.is_file():
                bad(image, f"it has no mask {MASKS}/{name}.png ({line})", MISSING_MASK, name)
            else:
                read[split].append(Picture(image, mask))
    return read


def _beside(root: Path, bad: BadFiles) -> Found:
    """Of folders `train` and `trainannot`."""
    found = [folder.parent for folder in sorted(root.rglob(f"train{ANNOTATED}")) if (folder.parent / "train").is_dir()]
    if len(found) != 1:
        inside = names_of(sorted(root.iterdir()))
        several = ", ".join(str(folder.relative_to(root)) for folder in found)
        raise DataError(
            f"{root}: expected one folder with {IMAGES} and {MASKS}, or with train and train{ANNOTATED}. Received: "
            f"{several or inside}"
        )
    read: Found = {}
    for split, words in SPLIT_WORDS.items():
        for images in (found[0] / word for word in sorted(words)):
            masks = images.with_name(f"{images.name}{ANNOTATED}")
            if not images.is_dir() or not masks.is_dir():
                continue
            files = image_files(images)
            if not files:
                inside = names_of(sorted(images.iterdir()))
                raise DataError(f"{images}: no images in it. Received: {inside}")
            for file in files:
                mask = masks / f"{file.stem}.png"
                if mask.is_file():
                    read.setdefault(split, []).append(Picture(file, mask))
                else:
                    bad(file, f"it has no mask {masks.name}/{mask.name}", MISSING_MASK, file.name)
    return read


def _names(root: Path) -> list[str]:
    """The lines of a file of class names, if there is one."""
    file = next(iter(sorted(root.rglob(NAMES))), None)
    return [] if file is None else [line.strip() for line in file.read_text().splitlines() if line.strip()]


def _numbers(read: Found, decode: partial[tf.Tensor]) -> list[str]:
    """As many numbers as the largest that occurs asks for."""
    masks = [picture.target for some in read.values() for picture in some if isinstance(picture.target, Path)]
    largest = look_at(masks, decode).largest
    return [str(number) for number in range(int(largest[largest < IGNORED].max(initial=0)) + 1)]
