"""Datasets of image files: decoded when they are needed, turned, resized."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import tensorflow as tf

from tfd2l.data.readers.image_checks import Decode, decode_rgb
from tfd2l.data.readers.image_records import ImageRecord
from tfd2l.files.image_orientation import UPRIGHT
from tfd2l.ops.vision.image_orientation import orient_image
from tfd2l.ops.vision.pixels import resize_images, resize_masks

NO_OBJECT = (-1.0, 0.0, 0.0, 0.0, 0.0)  # a row of padding


def make_image_dataset(
    records: Sequence[ImageRecord],
    targets: np.ndarray,
    *,
    target: str,
    size: Sequence[int] | None,
    static: Sequence[int | None],
    decode_mask: Decode = decode_rgb,
) -> tf.data.Dataset:
    """Makes a dataset of `image`, (height, width, 3) uint8, and a target.

    Args:
        records: Checked image files.
        targets: One of each: see `stack_targets`.
        target: The key of the target.
        size: Height and width that images and masks are resized to; None leaves them as they are.
        static: Height and width of all images, None where they differ.
        decode_mask: The bytes of a mask -> (height, width) integers.
    """
    turned = any(p.orientation != UPRIGHT or p.target_orientation != UPRIGHT for p in records)
    load = partial(_load, target=target, size=size, static=static, decode_mask=decode_mask, turned=turned)
    orientations = np.array([(p.orientation, p.target_orientation) for p in records], np.int32)
    ds = tf.data.Dataset.from_tensor_slices(([str(p.readable) for p in records], orientations, targets))
    return ds.map(load, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)


def _load(
    file: tf.Tensor,
    orientations: tf.Tensor,
    found_out: tf.Tensor,
    *,
    target: str,
    size: Sequence[int] | None,
    static: Sequence[int | None],
    decode_mask: Decode,
    turned: bool,
) -> dict[str, tf.Tensor]:
    """One example, in the graph."""
    image = decode_rgb(tf.io.read_file(file))  # (height, width, 3)
    if turned:
        image = orient_image(image, orientations[0])
    if target == "mask":
        found_out = tf.cast(decode_mask(tf.io.read_file(found_out)), tf.uint8)  # (height, width)
        if turned:
            found_out = orient_image(found_out, orientations[1])
        if size is not None:
            found_out = resize_masks(found_out, size)
        found_out = tf.ensure_shape(found_out, static)
    if size is not None:
        image = resize_images(image, size)
    return {"image": tf.ensure_shape(image, [*static, 3]), target: found_out}


def stack_targets(targets: Sequence[int | np.ndarray | Path], rows: int) -> np.ndarray:
    """Stacks targets: labels (n,) int32, objects (n, rows, 5) float32, or the names of the masks' files (n,).

    Args:
        targets: All of one kind.
        rows: Objects of each image, padded by rows of class -1.
    """
    if of_images := [some for some in targets if isinstance(some, np.ndarray)]:
        objects = np.tile(np.array(NO_OBJECT, np.float32), (len(targets), rows, 1))
        for number, some in enumerate(of_images):
            objects[number, : len(some)] = some
        return objects
    return np.array([str(file) for file in targets]) if isinstance(targets[0], Path) else np.array(targets, np.int32)
