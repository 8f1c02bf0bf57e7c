"""Read idx files, the format that MNIST was published in and others took over."""

from __future__ import annotations

import gzip
import math
import struct

import numpy as np

from tfd2l.data.readers.records import UNREADABLE, File
from tfd2l.errors import DataError

GZIP = b"\x1f\x8b"
BYTES = 0x08  # the type code of unsigned bytes


def read_idx(file: File, dimensions: int) -> np.ndarray:
    """Reads the array in an idx file of unsigned bytes, gzipped or not.

    A file is two zero bytes, the type code, the number of dimensions, the size of each (32 bits, big end first), and
    the values, the last dimension fastest.

    Args:
        file: Its content, not its name, tells whether it is gzipped.
        dimensions: How many it must have: 3 of images (n, height, width), 1 of labels (n,).

    Raises:
        DataError: It cannot be read, is no idx file of bytes, has other dimensions, holds more or fewer values than
            its header says, or none at all.

    References:
        - LeCun, Cortes and Burges, *The MNIST database of handwritten digits*.
    """
    try:
        content = file.read_bytes()
        if content.startswith(GZIP):
            content = gzip.decompress(content)
    except UNREADABLE as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{file}: cannot be read: {reason}. Fetch it again. Received: {file}") from error
    start = 4 + 4 * dimensions
    magic = bytes([0, 0, BYTES, dimensions])
    if content[:4] != magic or len(content) < start:
        raise DataError(
            f"{file}: not an idx file of bytes in {dimensions} dimensions, which starts with {magic.hex(' ')} and the "
            f"size of each. Received: {content[:start].hex(' ') or 'an empty file'}"
        )
    shape = struct.unpack(f">{dimensions}I", content[4:start])
    if len(content) - start != math.prod(shape):
        raise DataError(
            f"{file}: the header says {' x '.join(map(str, shape))} = {math.prod(shape)} bytes. Fetch it again. "
            f"Received: {len(content) - start} bytes after the header"
        )
    if 0 in shape:
        raise DataError(f"{file}: the file holds no examples. Received: {' x '.join(map(str, shape))}")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)
