"""Pictures: image files with what is to be found out about each; checked, and divided into splits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tfd2l.datasets.bad_files import BadFiles
from tfd2l.datasets.boxes import in_image
from tfd2l.datasets.files import FRACTIONS, split_by_group
from tfd2l.datasets.image_checks import NO_COLOR, Decode, decode_rgb, first_bytes, look_at


@dataclass(frozen=True)
class Picture:
    """An image file and what is to be found out about it.

    Arguments:
        file: of the image.
        target: the number of its class; its objects, (n, 5); or the file of its mask.
        in_pixels: the objects' corners are in pixels; the check makes shares of them.
        digest, target_digest: of the bytes of the image, and of its mask; set by the check.
        size: height and width; set by the check.
    """

    file: Path
    target: int | np.ndarray | Path
    in_pixels: bool = False
    digest: int = 0
    target_digest: int = 0
    size: tuple[int, int] = (0, 0)


def checked(
    pictures: Sequence[Picture], bad: BadFiles, class_names: Sequence[str], decode_mask: Decode
) -> list[Picture]:
    """The pictures that can be used, with digests and sizes.

    Arguments:
        pictures: as they were found.
        bad: what is done about the others.
        class_names: those of a mask's pixels.
        decode_mask: the bytes of a mask -> (height, width) integers.

    Raises:
        DataError: one cannot be used, and such are not skipped.
    """
    images = look_at([picture.file for picture in pictures], decode_rgb)
    masks = [picture.target for picture in pictures if isinstance(picture.target, Path)]
    looked = look_at(masks, decode_mask) if masks else None
    used = []
    for number, picture in enumerate(pictures):
        if not images.readable[number]:
            fault = "not a JPEG, PNG, GIF or BMP image, or one that is damaged or breaks off"
            bad(picture.file, fault, "images that cannot be decoded", first_bytes(picture.file))
            continue
        height, width = images.sizes[number].tolist()
        if looked is not None:
            mask = masks[number]
            if not looked.readable[number]:
                fault = "not a mask that can be decoded: damaged, or it breaks off"
                bad(mask, fault, "masks that cannot be decoded", first_bytes(mask))
                continue
            if (height, width) != (of_mask := tuple(looked.sizes[number].tolist())):
                fault = f"the mask of {picture.file.name}, which has {height} x {width} pixels, has another size"
                bad(mask, fault, "masks of another size than the image", f"{of_mask[0]} x {of_mask[1]}")
                continue
            if (largest := int(looked.largest[number])) >= len(class_names):
                known = f"of the {len(class_names)} classes (dataset.class_names), nor to be ignored (dataset.ignore)"
                got = "a colour that means no class" if largest == NO_COLOR else f"class {largest}"
                bad(mask, f"a pixel is none {known}", "masks with pixels of no class", got)
                continue
        target = picture.target
        if isinstance(target, np.ndarray):
            target = in_image(target / [1, width, height, width, height] if picture.in_pixels else target, bad.counts)
        target_digest = int(looked.digests[number]) if looked is not None else 0
        digest = int(images.digests[number])
        used.append(Picture(picture.file, target, False, digest, target_digest, (height, width)))
    return used


def filled(
    read: Mapping[str, Sequence[Picture]], missing: Mapping[str, float], seed: int, *, stratified: bool
) -> dict[str, list[Picture]]:
    """Splits of which the missing ones are taken out of train; two equal images fall to the same.

    Arguments:
        read: split -> its pictures; or `all`.
        missing: split -> its share of train.
        seed: another one takes others.
        stratified: take the share of each class (target) by itself.
    """
    pool = read["all"] if "all" in read else read["train"]
    wanted = {"train": 1 - sum(missing.values()), **missing}
    digests = [str(picture.digest) for picture in pool]
    splits = split_by_group(pool, digests, seed, wanted, [picture.target for picture in pool] if stratified else None)
    splits |= {split: list(some) for split, some in read.items() if split not in ("all", "train")}
    return {split: splits[split] for split in FRACTIONS if split in splits}
