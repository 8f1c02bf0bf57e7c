"""Look through image files once, in parallel: can each be decoded, how large is it, what are its bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf

from tfd2l.data.readers.image_copies import convert_to_png, keep_copy, needs_copy
from tfd2l.errors import DataError
from tfd2l.files.image_orientation import UPRIGHT, read_orientation
from tfd2l.ops.vision.image_orientation import compute_displayed_size, orient_image
from tfd2l.ops.vision.pixels import IGNORED_CLASS

NO_COLOR = 256  # what a pixel counts as whose color is none of the palette's
CHUNK = 256
HEAD = 32  # bytes that tell what kind of image a file is
FORMATS = "JPEG, PNG, GIF, BMP, WebP or TIFF"

Decode = Callable[[tf.Tensor], tf.Tensor]


@dataclass(frozen=True)
class ImageChecks:
    """What was found out about some image files, in their order.

    Args:
        files: What TensorFlow decodes: the file itself, or a copy of it in the cache.
        readable: (n,) bool; of one that is not, the rest is 0.
        orientations: (n,) int32, how each is turned to be displayed (EXIF).
        digests: (n,) int64 hashes of their bytes.
        sizes: (n, 2) int32, height and width, as they are stored.
        largest: (n,) int32, of a mask the largest value that is not `IGNORED_CLASS`; `NO_COLOR` if one is negative.
    """

    files: list[Path]
    readable: np.ndarray
    orientations: np.ndarray
    digests: np.ndarray
    sizes: np.ndarray
    largest: np.ndarray

    def displayed(self, number: int) -> tuple[int, int]:
        """Returns height and width of an image as it is displayed."""
        height, width = self.sizes[number].tolist()
        return compute_displayed_size(height, width, int(self.orientations[number]))


def decode_rgb(content: tf.Tensor) -> tf.Tensor:
    """Decodes a JPEG, PNG, GIF or BMP file to (height, width, 3) uint8; grayscale and palette images too."""
    image = tf.io.decode_image(content, channels=3, expand_animations=False)
    return tf.ensure_shape(image, [None, None, 3])


def read_image(file: Path, channels: int = 3) -> tf.Tensor:
    """Reads one image file as it is displayed, (height, width, channels) uint8.

    Args:
        file: PNG, JPEG, GIF, BMP, WebP or TIFF.
        channels: 3 for colors, 1 for gray, 0 for those that the file has.

    Raises:
        DataError: It cannot be read, or is no image.
    """
    file = file.expanduser()
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DataError(f"{file}: cannot be read: {error.strerror or error}. Received: {file}") from error
    orientation = read_orientation(file)
    image = None if needs_copy(content) else _decoded(content, channels)
    if image is None and (copy := convert_to_png(file)):
        image, orientation = _decoded(copy, channels), UPRIGHT
    if image is None:
        what = "in one grey channel" if channels == 1 else "in colours"
        raise DataError(
            f"{file}: cannot be read as an image {what}; expected {FORMATS}. Received: {describe_first_bytes(file)}"
        )
    return image if orientation == UPRIGHT else orient_image(image, tf.constant(orientation))


def check_image_files(files: Sequence[Path], decode: Decode) -> ImageChecks:
    """Reads and decodes every file.

    What TensorFlow cannot decode, or decodes to other colors, is copied as PNG to the cache, if Pillow can read it.

    Args:
        files: Of images or masks.
        decode: The bytes of a file -> an image (height, width, 3), or a mask (height, width).
    """
    kept = [keep_copy(file, convert_to_png) if needs_copy(_head(file)) else None for file in files]
    looked = _decode_all([copy or file for file, copy in zip(files, kept, strict=True)], decode)
    unread = [n for n in np.flatnonzero(~looked.readable).tolist() if kept[n] is None]
    copies = {n: copy for n in unread if (copy := keep_copy(files[n], convert_to_png))}
    if copies:
        again = _decode_all(list(copies.values()), decode)
        for place, (number, copy) in enumerate(copies.items()):
            kept[number] = looked.files[number] = copy
            for of_all, of_copies in zip(_arrays(looked), _arrays(again), strict=True):
                of_all[number] = of_copies[place]
    for number, (file, copy) in enumerate(zip(files, kept, strict=True)):
        looked.orientations[number] = UPRIGHT if copy else read_orientation(file)
    return looked


def _decode_all(files: list[Path], decode: Decode) -> ImageChecks:
    count = len(files)
    looked = ImageChecks(
        files,
        np.zeros(count, bool),
        np.full(count, UPRIGHT, np.int32),
        np.zeros(count, np.int64),
        np.zeros((count, 2), np.int32),
        np.zeros(count, np.int32),
    )

    def look(number: tf.Tensor, file: tf.Tensor) -> tuple[tf.Tensor, ...]:
        content = tf.io.read_file(file)
        image = decode(content)
        largest = _largest(image) if image.shape.rank == 2 else tf.constant(0)
        digest = tf.strings.to_hash_bucket_fast(content, np.iinfo(np.int64).max)
        return number, digest, tf.shape(image)[:2], largest

    if not count:
        return looked
    ds = tf.data.Dataset.from_tensor_slices([str(file) for file in files]).enumerate()
    found = ds.map(look, num_parallel_calls=tf.data.AUTOTUNE).ignore_errors().batch(CHUNK)
    for numbers, digests, sizes, largest in found.as_numpy_iterator():
        looked.readable[numbers] = True
        looked.digests[numbers], looked.sizes[numbers], looked.largest[numbers] = digests, sizes, largest
    return looked


def _arrays(looked: ImageChecks) -> tuple[np.ndarray, ...]:
    return looked.readable, looked.digests, looked.sizes, looked.largest


def _head(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(HEAD)
    except OSError:  # reported when it is decoded
        return b""


def _decoded(content: bytes, channels: int) -> tf.Tensor | None:
    """Returns the pixels; None if TensorFlow does not decode them."""
    try:
        return tf.io.decode_image(content, channels=channels, expand_animations=False)
    except tf.errors.InvalidArgumentError:
        return None


def _largest(mask: tf.Tensor) -> tf.Tensor:
    values = tf.cast(mask, tf.int32)  # (height, width)
    return tf.reduce_max(tf.where(values < 0, NO_COLOR, tf.where(tf.equal(values, IGNORED_CLASS), 0, values)))


def describe_first_bytes(file: Path) -> str:
    """Describes, for an error, how long a file is and how it begins."""
    try:
        content = file.read_bytes()
    except OSError as error:
        return f"{error.strerror or error}"
    return f"{len(content)} bytes that start with {content[:8].hex(' ') or 'nothing'}"
