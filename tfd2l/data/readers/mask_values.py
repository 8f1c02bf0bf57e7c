"""What the pixels of mask files mean: class numbers, or colors of Pascal VOC's palette."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
import tensorflow as tf

from tfd2l.data.readers.image_checks import NO_COLOR, Decode, check_image_files
from tfd2l.data.readers.image_copies import convert_indices_to_png, keep_copy
from tfd2l.data.readers.image_records import ImageRecord
from tfd2l.ops.vision.color_map import NO_CLASS, color_to_class, make_voc_palette
from tfd2l.ops.vision.pixels import IGNORED_CLASS, MAX_PIXEL_VALUE

MaskValues = Literal["auto", "index", "color"]

PNG = b"\x89PNG\r\n\x1a\n"
DEPTH_AT, COLOR_TYPE_AT = 24, 25  # bytes of a PNG file
GREY, PALETTE = 0, 3  # color types
BYTE, TWO_BYTES = 8, 16  # bits of a pixel

log = logging.getLogger("tfd2l")


def decode_color(content: tf.Tensor, ignore: Sequence[int] = (), foreground: int | None = None) -> tf.Tensor:
    """Returns the classes of a mask in VOC's colors, (height, width) int32; `NO_CLASS` where a color is none of them.

    Args:
        content: () string, the bytes of the file.
        ignore: Class numbers that become `IGNORED_CLASS`.
        foreground: The number that becomes class 1, while all others that are not ignored become 0.
    """
    colors = tf.io.decode_image(content, channels=3, expand_animations=False)  # (height, width, 3)
    classes = color_to_class(tf.ensure_shape(colors, [None, None, 3]), make_voc_palette())
    return _adjusted(classes, ignore, foreground)


def decode_index(content: tf.Tensor, ignore: Sequence[int] = (), foreground: int | None = None) -> tf.Tensor:
    """Returns the values of a gray mask, (height, width) int32; `NO_CLASS` everywhere if it has colors.

    Values are those of the file, whether it has 1, 2, 4, 8 or 16 bits a pixel.
    """
    depth, grey = _depth_and_grey(content)
    wide = tf.equal(depth, TWO_BYTES)
    values = tf.cond(wide, lambda: _wide_values(content), lambda: _byte_values(content))  # (height, width, channels)
    values = tf.ensure_shape(values, [None, None, None])
    few_bits = tf.logical_and(grey, depth < BYTE)  # TensorFlow stretches them to 0 to 255
    stretched = tf.where(few_bits, MAX_PIXEL_VALUE // (tf.bitwise.left_shift(1, tf.minimum(depth, BYTE)) - 1), 1)
    channels = tf.shape(values)[2]
    classes = tf.where(channels <= 2, values[..., 0] // stretched, NO_CLASS)  # the second is alpha
    return _adjusted(classes, ignore, foreground)


def decode_auto(content: tf.Tensor, ignore: Sequence[int] = (), foreground: int | None = None) -> tf.Tensor:
    """Returns the classes of a mask: its values if it is gray, those of VOC's colors otherwise."""
    image = tf.io.decode_image(content, expand_animations=False)
    grey = tf.shape(image)[-1] <= 2
    options = ignore, foreground
    return tf.cond(grey, lambda: decode_index(content, *options), lambda: decode_color(content, *options))


DECODERS = {"auto": decode_auto, "index": decode_index, "color": decode_color}


def get_mask_decoder(mask_values: MaskValues, ignore: Sequence[int], foreground: int | None) -> Decode:
    """Returns a function of the bytes of a mask, see `DECODERS`."""
    return partial(DECODERS[mask_values], ignore=tuple(ignore), foreground=foreground)


def read_palettes(read: dict[str, list[ImageRecord]], mask_values: MaskValues) -> dict[str, list[ImageRecord]]:
    """Replaces masks with a palette by copies that hold its indices, where the indices are the classes.

    They are if the user says so (`index`), or if a pixel has a color that is none of VOC's (`auto`): many tools write
    class numbers with a palette of their own. With VOC's palette colors and indices say the same.

    Args:
        read: Split -> images with masks.
        mask_values: What the user says about them.
    """
    masks = [record.target for some in read.values() for record in some if isinstance(record.target, Path)]
    kinds = {mask: _kind(mask) for mask in masks}
    palettes = [mask for mask in masks if kinds[mask] == PALETTE]
    indexed = mask_values == "index" or (
        mask_values == "auto" and bool((check_image_files(palettes, decode_color).largest == NO_COLOR).any())
    )
    if mask_values == "auto":
        found = Counter(_told(kind, indexed) for kind in kinds.values())
        for what, number in sorted(found.items()):
            log.info("data: %d masks with %s (dataset.mask_values=auto)", number, what)
    if not indexed:
        return read
    copies = {mask: keep_copy(mask, convert_indices_to_png) or mask for mask in palettes}
    return {
        split: [replace(record, readable_target=copies.get(_path(record))) for record in some]
        for split, some in read.items()
    }


def has_colors(read: dict[str, list[ImageRecord]], mask_values: MaskValues) -> bool:
    """Tells whether masks say their classes in colors, most of them, after `read_palettes`."""
    if mask_values != "auto":
        return mask_values == "color"
    masks = [record for some in read.values() for record in some]
    in_colors = [one.readable_target is None and _kind(_path(one)) != GREY for one in masks]
    return 2 * sum(in_colors) > len(masks)


def _path(record: ImageRecord) -> Path:
    assert isinstance(record.target, Path)
    return record.target


def _told(kind: int, indexed: bool) -> str:
    if kind == GREY:
        return "grey values, read as class numbers"
    if kind == PALETTE:
        what = "indices of its own, read as class numbers" if indexed else "VOC's colours, read as its classes"
        return f"a palette of {what}"
    return "colours, read as VOC's classes"


def _kind(mask: Path) -> int:
    """Returns the color type of a PNG file; -1 of other files."""
    try:
        with mask.open("rb") as stream:
            head = stream.read(COLOR_TYPE_AT + 1)
    except OSError:  # reported when it is decoded
        return -1
    return head[COLOR_TYPE_AT] if head.startswith(PNG) and len(head) > COLOR_TYPE_AT else -1


def _depth_and_grey(content: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns the bits a pixel of a PNG file, () int32 (8 of other files), and whether it is gray."""
    head = tf.strings.substr(tf.strings.join([content, "\0" * (COLOR_TYPE_AT + 1)]), 0, COLOR_TYPE_AT + 1)
    head = tf.io.decode_raw(head, tf.uint8)  # (26,)
    is_png = tf.reduce_all(tf.equal(head[: len(PNG)], np.frombuffer(PNG, np.uint8)))
    depth = tf.where(is_png, tf.cast(head[DEPTH_AT], tf.int32), BYTE)
    return depth, tf.logical_and(is_png, tf.equal(head[COLOR_TYPE_AT], GREY))


def _byte_values(content: tf.Tensor) -> tf.Tensor:
    return tf.cast(tf.io.decode_image(content, expand_animations=False), tf.int32)


def _wide_values(content: tf.Tensor) -> tf.Tensor:
    return tf.cast(tf.io.decode_png(content, dtype=tf.uint16), tf.int32)


def _adjusted(classes: tf.Tensor, ignore: Sequence[int], foreground: int | None) -> tf.Tensor:
    ignored = tf.reduce_any(tf.equal(classes[..., tf.newaxis], tf.constant([*ignore], tf.int32)), axis=-1)
    if foreground is not None:
        of_object = tf.cast(tf.equal(classes, foreground), tf.int32)
        classes = tf.where(tf.equal(classes, NO_CLASS), NO_CLASS, of_object)
    return tf.where(ignored, IGNORED_CLASS, classes)
