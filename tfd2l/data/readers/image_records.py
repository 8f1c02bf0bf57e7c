"""Images: image files with what is to be found out about each; checked, and divided into splits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tfd2l.data.readers.boxes import clip_objects
from tfd2l.data.readers.image_checks import (
    FORMATS,
    NO_COLOR,
    Decode,
    ImageChecks,
    check_image_files,
    decode_rgb,
    describe_first_bytes,
    read_image,
)
from tfd2l.data.readers.split_files import FRACTIONS, split_by_group
from tfd2l.files.bad_files import BadFiles
from tfd2l.files.image_orientation import UPRIGHT
from tfd2l.ops.vision.color_map import NO_CLASS, color_to_class, make_voc_palette
from tfd2l.ops.vision.image_orientation import compute_displayed_size, orient_corners

SIZES_DISAGREE = "images of another size than their annotation says"
VALUES_OF_MASKS = (
    "`dataset.mask_values` says what the pixels are: index, class numbers (grey values, or indices of a palette), or "
    "color, VOC's colours"
)
TURNED = "annotations of images as they are stored, turned like them (EXIF orientation)"


@dataclass(frozen=True)
class ImageRecord:
    """An image file and its target: the number of its class, its objects, or the file of its mask.

    Boxes and masks belong to the image as it is displayed, that is, turned as its EXIF orientation says. If theirs is
    the size of the image as it is stored instead, they are turned like it.

    Args:
        file: Of the image.
        target: The number of its class; its objects, (n, 5); or the file of its mask.
        in_pixels: The objects' corners are in pixels; the check makes shares of them.
        annotation: The file that the objects come from, where it tells the size of the image.
        annotated_size: Height and width that it tells.
        readable: What TensorFlow decodes, the file or a copy of it in the cache; set by the check, as all that follows.
        readable_target: The same of a mask.
        orientation, target_orientation: How the pixels of the image, and of its mask, are turned to be displayed.
        digest, target_digest: Of the bytes of the image, and of its mask.
        size: Height and width of the image as it is displayed.
        largest: Of a mask the largest class.
    """

    file: Path
    target: int | np.ndarray | Path
    in_pixels: bool = False
    annotation: Path | None = None
    annotated_size: tuple[int, int] | None = None
    readable: Path | None = None
    readable_target: Path | None = None
    orientation: int = UPRIGHT
    target_orientation: int = UPRIGHT
    digest: int = 0
    target_digest: int = 0
    size: tuple[int, int] = (0, 0)
    largest: int = 0


def check_records(
    records: Sequence[ImageRecord], bad: BadFiles, class_names: Sequence[str], decode_mask: Decode
) -> list[ImageRecord]:
    """Checks the image files; returns the usable records, with digests, sizes and orientations.

    Args:
        records: As they were found.
        bad: What is done about the others.
        class_names: Those of a mask's pixels.
        decode_mask: The bytes of a mask -> (height, width) integers.

    Raises:
        DataError: One cannot be used, and such are not skipped.
    """
    images = check_image_files([record.file for record in records], decode_rgb)
    masks = [record.readable_target or record.target for record in records if isinstance(record.target, Path)]
    looked = check_image_files(masks, decode_mask) if masks else None
    used = []
    for number, record in enumerate(records):
        if not images.readable[number]:
            fault = f"not a {FORMATS} image, or one that is damaged or breaks off"
            bad(record.file, fault, "images that cannot be decoded", describe_first_bytes(record.file))
            continue
        found = replace(
            record,
            readable=images.files[number],
            orientation=int(images.orientations[number]),
            digest=int(images.digests[number]),
            size=images.displayed(number),
        )
        if looked is not None:
            complete = _with_mask(found, number, looked, bad, class_names)
        else:
            complete = _with_objects(found, bad) if isinstance(found.target, np.ndarray) else found
        if complete is not None:
            used.append(complete)
    return used


def _with_mask(
    record: ImageRecord, number: int, looked: ImageChecks, bad: BadFiles, class_names: Sequence[str]
) -> ImageRecord | None:
    mask = record.target
    assert isinstance(mask, Path)
    if not looked.readable[number]:
        fault = "not a mask that can be decoded: damaged, or it breaks off"
        bad(mask, fault, "masks that cannot be decoded", describe_first_bytes(mask))
        return None
    own = int(looked.orientations[number])
    turn = _turn(record, looked.displayed(number)) if own == UPRIGHT else own
    if turn is None or (own != UPRIGHT and looked.displayed(number) != record.size):
        height, width = record.size
        fault = f"the mask of {record.file.name}, which has {height} x {width} pixels, has another size"
        bad(mask, fault, "masks of another size than the image", "{} x {}".format(*looked.displayed(number)))
        return None
    if (largest := int(looked.largest[number])) >= len(class_names):
        fault = f"a pixel is none of the {len(class_names)} classes (dataset.class_names), nor to be ignored "
        fault += "(dataset.ignore)"
        got = f"class {largest}"
        if largest == NO_COLOR:
            fault += f". {VALUES_OF_MASKS}"
            got = f"a colour that means no class: {_color_of_no_class(mask)}"
        bad(mask, fault, "masks with pixels of no class", got)
        return None
    _count_turned(turn if own == UPRIGHT else UPRIGHT, bad)
    digest = int(looked.digests[number])
    return replace(
        record, readable_target=looked.files[number], target_orientation=turn, target_digest=digest, largest=largest
    )  # fmt: skip


def _with_objects(record: ImageRecord, bad: BadFiles) -> ImageRecord | None:
    objects, (height, width) = record.target, record.size
    assert isinstance(objects, np.ndarray)
    if record.in_pixels:
        objects = objects / [1, width, height, width, height]
    if record.annotated_size is not None:
        turn = _turn(record, record.annotated_size)
        if turn is None:
            annotated = f"{record.annotated_size[1]} x {record.annotated_size[0]}"
            fault = f"its <size> is not that of {record.file.name}, so nobody knows where its boxes are"
            received = f"width x height {annotated} in the annotation, {width} x {height} pixels in the image"
            bad(record.annotation, fault, SIZES_DISAGREE, received)
            return None
        _count_turned(turn, bad)
        objects = np.concatenate([objects[:, :1], orient_corners(objects[:, 1:], turn)], axis=1)
    return replace(record, target=clip_objects(objects, bad.counts), in_pixels=False)


def _color_of_no_class(mask: Path) -> str:
    """Returns the first color of a mask that is none of VOC's, for an error; or else its first one."""
    colors = read_image(mask).numpy()  # (height, width, 3)
    unknown = colors[color_to_class(colors, make_voc_palette()).numpy() == NO_CLASS]
    red, green, blue = (*unknown, *colors.reshape(-1, 3))[0].tolist()
    return f"red {red}, green {green}, blue {blue}"


def _turn(record: ImageRecord, size: tuple[int, int]) -> int | None:
    """Returns how what has a size of its own is turned to fit the displayed image; None if it does not fit at all."""
    if size == record.size:
        return UPRIGHT
    height, width = record.size
    # what is transposed twice is as it was
    return record.orientation if size == compute_displayed_size(height, width, record.orientation) else None


def _count_turned(turn: int, bad: BadFiles) -> None:
    if turn != UPRIGHT:
        bad.counts[TURNED] += 1


def complete_splits(
    read: Mapping[str, Sequence[ImageRecord]], missing: Mapping[str, float], seed: int, *, stratified: bool
) -> dict[str, list[ImageRecord]]:
    """Takes missing splits out of train; two equal images fall to the same.

    Args:
        read: Split -> its images; or `all`.
        missing: Split -> its share of train.
        seed: Another one takes others.
        stratified: Take the share of each class (target) by itself.
    """
    pool = read["all"] if "all" in read else read["train"]
    wanted = {"train": 1 - sum(missing.values()), **missing}
    digests = [str(record.digest) for record in pool]
    splits = split_by_group(pool, digests, seed, wanted, [record.target for record in pool] if stratified else None)
    splits |= {split: list(some) for split, some in read.items() if split not in ("all", "train")}
    return {split: splits[split] for split in FRACTIONS if split in splits}
