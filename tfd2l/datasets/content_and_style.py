"""Content and style images for neural style transfer."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tfd2l.data.facts.providers import provides
from tfd2l.data.facts.style_images import StyleImages
from tfd2l.data.generators.images.paintings import draw_harbor, draw_strokes
from tfd2l.data.info import DataInfo, Splits, compute_fingerprint, make_splits
from tfd2l.data.readers.image_checks import read_image
from tfd2l.errors import DataError
from tfd2l.ops.vision.pixels import resize_images

LEAST = 32  # pixels: five halvings leave one


@provides(StyleImages)
def content_and_style(
    content: Path | None = None, style: Path | None = None, image_size: Sequence[int] = (300, 450)
) -> tuple[Splits, DataInfo]:
    """Content and style images for neural style transfer: the fact `StyleImages`.

    The one example is a `step`, since a step of training needs no more than the two images, which the model keeps;
    `trainer.batches_per_epoch` says how many are an epoch.

    Args:
        content: Image file (PNG, JPEG, GIF, BMP). Without both files, two drawn images are used: a harbour at sunset,
            and whirling strokes of paint.
        style: Image file.
        image_size: [height, width] that both are scaled to, whatever their own proportions.

    Raises:
        DataError: One file without the other, one that is no image, or a size below 32.

    References:
        - Section 13.12.
    """
    if len(image_size) != 2 or min(image_size) < LEAST:
        raise DataError(
            f"dataset.image_size is [height, width], each at least {LEAST}. Received: dataset.image_size={image_size}"
        )
    if (content is None) != (style is None):
        missing = "content" if content is None else "style"
        raise DataError(
            f"Give both images, or none (two are drawn then); missing: `dataset.{missing}=FILE`. "
            f"Received: {'style' if content is None else 'content'}={content or style}"
        )
    if content is None or style is None:
        images = {"content": draw_harbor(*image_size), "style": draw_strokes(*image_size)}
        source = "embedded"
    else:
        images = {"content": _scaled(content, image_size), "style": _scaled(style, image_size)}
        source = f"files: {content.name}, {style.name}"
    splits, info = make_splits({"train": {"step": [0]}}, inputs=("step",), source=source)
    of_images = compute_fingerprint({"train": {name: image[None] for name, image in images.items()}})
    return splits, dataclasses.replace(info, fingerprint=of_images).with_fact(StyleImages(**images))


def _scaled(file: Path, size: Sequence[int]) -> np.ndarray:
    return resize_images(read_image(file), size).numpy()
