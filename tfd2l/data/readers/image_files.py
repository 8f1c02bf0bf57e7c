"""Image files with a label, boxes or a mask each: checked when they are loaded, decoded when they are needed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from tfd2l.data.facts.resized_images import ResizedImages
from tfd2l.data.facts.unlabelled import UnlabelledExamples
from tfd2l.data.info import DataInfo, Splits
from tfd2l.data.readers.class_names import require_distinct, require_two_classes
from tfd2l.data.readers.image_checks import Decode, decode_rgb
from tfd2l.data.readers.image_loading import make_image_dataset, stack_targets
from tfd2l.data.readers.image_records import ImageRecord, check_records, complete_splits
from tfd2l.data.readers.split_files import FRACTIONS
from tfd2l.errors import DataError
from tfd2l.files.bad_files import BadFiles
from tfd2l.ops.vision.pixels import IGNORED_CLASS

ONE_CLASS = {
    "label": "Give a folder, or a line of the table, of at least one more class.",
    "mask": f"A pixel of {IGNORED_CLASS} does not count; if it is the object, say so: "
    f"`dataset.foreground={IGNORED_CLASS}`.",
}

MissingSplits = Literal["from_train", "none"]


@dataclass(frozen=True)
class ImageOptions:
    """Options that all datasets of image files have.

    Args:
        image_size: Height and width that images are brought to; None leaves each as it is.
        missing_splits: "from_train" takes validation and test, 10 % each, out of train where they have no files;
            "none" leaves them out: without any list of splits, all is train.
        split_seed: Another seed takes others.
    """

    image_size: Sequence[int] | None = None
    missing_splits: MissingSplits = "from_train"
    split_seed: int = 0


def make_image_splits(
    read: Mapping[str, Sequence[ImageRecord]],
    options: ImageOptions,
    bad: BadFiles,
    *,
    target: Literal["label", "objects", "mask"],
    class_names: Sequence[str],
    source: str,
    decode_mask: Decode = decode_rgb,
    unlabelled: Sequence[Path] = (),
) -> tuple[Splits, DataInfo]:
    """Makes splits of `image`, (height, width, 3) uint8, and a target.

    All files are read and decoded once, in parallel, so that one that is damaged is known before training. An image
    that occurs twice in train falls to one split. Images are as they are displayed: turned as their EXIF orientation
    says. They keep their size, unless there is `image_size`: then they are resized when they are decoded (bilinear,
    antialiased; masks: the nearest pixel; boxes are shares and stay).

    Args:
        read: Split -> its images; `all`, or `train` alone, is split 80/10/10.
        options: See there.
        bad: What is done about files that cannot be used; its counts are those of `DataInfo`.
        target: "label" () int32, "objects" (the most there are, 5) float32, or "mask" (height, width) uint8.
        class_names: In the order of their numbers.
        source: See `DataInfo`.
        decode_mask: The bytes of a mask -> (height, width) integers.
        unlabelled: Images whose target nobody has; their `id` is their name without its ending.

    Raises:
        DataError: A bad file that is not to be skipped (no unlabelled one may), an image size that is none, or a split
            without an image; a class that is named twice; one class alone.
    """
    size = _checked_size(options.image_size)
    _check_classes(class_names, target)
    usable = {split: check_records(records, bad, class_names, decode_mask) for split, records in read.items()}
    taken = options.missing_splits == "from_train"
    missing = {split: share for split, share in FRACTIONS.items() if taken and split not in {"train", *read}}
    by_split = complete_splits(usable, missing, options.split_seed, stratified=target == "label")
    numbers = {split: len(records) for split, records in by_split.items()}
    for split, number in numbers.items():
        if not number:
            raise DataError(
                f"{source}: no image is left for the {split} split; give more, or leave out what has no files: "
                f"`dataset.missing_splits=none`. Received: {numbers} images, {dict(bad.counts) or 'none skipped'}"
            )
    if target == "mask":
        _check_masks(by_split["train"], class_names)
    if target == "label":
        labels = (class_names[record.target] for record in by_split["train"] if isinstance(record.target, int))
        require_two_classes(labels, source, ONE_CLASS[target])
    if target == "label":  # in the order of hashes: files come class by class
        by_split = {split: sorted(some, key=lambda record: record.digest) for split, some in by_split.items()}
    requested = check_records([ImageRecord(file, 0) for file in unlabelled], _Needed("error"), class_names, decode_mask)
    sizes = {record.size for records in [*by_split.values(), requested] for record in records}
    static: Sequence[int | None] = size or (next(iter(sizes)) if len(sizes) == 1 else (None, None))
    objects = [p.target for records in by_split.values() for p in records if isinstance(p.target, np.ndarray)]
    rows = max(map(len, objects), default=0) or 1
    splits, digest = {}, hashlib.sha256(repr((target, size)).encode())
    for split, records in by_split.items():
        targets = stack_targets([record.readable_target or record.target for record in records], rows)
        digest.update(repr((split, [(record.digest, record.target_digest) for record in records])).encode())
        digest.update(b"" if target == "mask" else targets.tobytes())
        splits[split] = make_image_dataset(
            records, targets, target=target, size=size, static=static, decode_mask=decode_mask
        )
    digest.update(repr([(record.file.stem, record.digest) for record in requested]).encode() if requested else b"")
    ids = np.array([record.file.stem for record in requested])
    size_fact = (ResizedImages(*size),) if size else ()
    unlabelled_fact = (
        (UnlabelledExamples(make_image_dataset(requested, ids, target="id", size=size, static=static)),)
        if requested
        else ()
    )
    return splits, DataInfo(
        inputs=("image",),
        example_spec=splits["train"].element_spec,
        sizes=numbers,
        source=source,
        fingerprint=digest.hexdigest()[:16],
        class_names=tuple(class_names),
        counts=dict(bad.counts),
        facts=(*size_fact, *unlabelled_fact),
    )


class _Needed(BadFiles):
    """Refuses files none of which may be left out."""

    def __call__(self, where: object, fault: str, reason: str, received: object, number: int = 1) -> None:
        raise DataError(f"{where}: {fault}. What is to be predicted must be complete: mend it. Received: {received}")


def count_others(others: Mapping[str, int], bad: BadFiles) -> None:
    """Counts files that are no images, by ending."""
    for kind, number in sorted(others.items()):
        bad.counts[f"files that are no images, left out: {kind or 'without an ending'}"] += number


def _checked_size(size: Sequence[int] | None) -> tuple[int, int] | None:
    if size is None:
        return None
    if len(size) != 2 or min(size) < 1:
        raise DataError(
            f"dataset.image_size is [height, width], both 1 or more, or null for each image's own. Received: {size}"
        )
    return size[0], size[1]


def _check_classes(class_names: Sequence[str], target: str) -> None:
    require_distinct(class_names)
    if target != "objects" and len(class_names) == 1:
        raise DataError(
            f"All examples are of one class, {class_names[0]!r}: there is nothing to tell apart. {ONE_CLASS[target]} "
            f"Received: class names {list(class_names)}"
        )


def _check_masks(train: Sequence[ImageRecord], class_names: Sequence[str]) -> None:
    """Refuses masks that leave one class."""
    if all(record.largest == 0 for record in train):
        raise DataError(
            f"No pixel of a train mask is of another class than {class_names[0]!r}: there is nothing to tell apart. "
            f"{ONE_CLASS['mask']} Received: {len(train)} masks, such as {train[0].target}"
        )
