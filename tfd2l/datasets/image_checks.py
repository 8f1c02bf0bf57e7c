"""Look through image files once, in parallel: can each be decoded, how large is it, what are its bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf

from tfd2l.errors import DataError
from tfd2l.ops.pixels import IGNORED

NO_COLOR = 256  # what a pixel counts as whose colour is none of the palette's
CHUNK = 256

Decode = Callable[[tf.Tensor], tf.Tensor]


@dataclass(frozen=True)
class Looked:
    """What was found of some files, in their order.

    Arguments:
        readable: (n,) bool; of one that is not, the rest is 0.
        digests: (n,) int64 hashes of their bytes.
        sizes: (n, 2) int32, height and width.
        largest: (n,) int32, of a mask the largest value that is not `IGNORED`; `NO_COLOR` if one is negative.
    """

    readable: np.ndarray
    digests: np.ndarray
    sizes: np.ndarray
    largest: np.ndarray


def decode_rgb(content: tf.Tensor) -> tf.Tensor:
    """The bytes of a JPEG, PNG, GIF or BMP file -> (height, width, 3) uint8; grey and palette images too."""
    image = tf.io.decode_image(content, channels=3, expand_animations=False)
    return tf.ensure_shape(image, [None, None, 3])


def read_picture(file: Path, channels: int = 3) -> tf.Tensor:
    """The pixels of one image file, (height, width, channels) uint8.

    Arguments:
        file: PNG, JPEG, GIF or BMP.
        channels: 3 for colours, 1 for grey, 0 for those that the file has.

    Raises:
        DataError: it cannot be read, or is no image.
    """
    file = file.expanduser()
    try:
        return tf.io.decode_image(file.read_bytes(), channels=channels, expand_animations=False)
    except OSError as error:
        raise DataError(f"{file}: cannot be read: {error.strerror or error}. Received: {file}") from error
    except tf.errors.InvalidArgumentError as error:
        what = "in one grey channel" if channels == 1 else "in colours"
        raise DataError(
            f"{file}: cannot be read as an image {what}; PNG and JPEG can. Received: {first_bytes(file)}"
        ) from error


def look_at(files: Sequence[Path], decode: Decode) -> Looked:
    """Read and decode every file.

    Arguments:
        files: of images or masks.
        decode: the bytes of a file -> an image (height, width, 3), or a mask (height, width).
    """
    count = len(files)
    looked = Looked(
        np.zeros(count, bool), np.zeros(count, np.int64), np.zeros((count, 2), np.int32), np.zeros(count, np.int32)
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


def _largest(mask: tf.Tensor) -> tf.Tensor:
    values = tf.cast(mask, tf.int32)  # (height, width)
    return tf.reduce_max(tf.where(values < 0, NO_COLOR, tf.where(tf.equal(values, IGNORED), 0, values)))


def first_bytes(file: Path) -> str:
    """For an error: how long a file is and how it begins."""
    try:
        content = file.read_bytes()
    except OSError as error:
        return f"{error.strerror or error}"
    return f"{len(content)} bytes that start with {content[:8].hex(' ') or 'nothing'}"
