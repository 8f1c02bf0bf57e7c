"""Images that TensorFlow does not decode, or decodes wrongly: kept as PNG files in the cache, made with Pillow."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tfd2l.config.paths import cache_dir

BMP = b"BM"
BITS, FEWEST_BITS = slice(28, 30), 24  # of a pixel of a BMP file; fewer index a palette, which TensorFlow drops
WEBP_EXTENDED, FLAGS_AT, ANIMATED = (b"RIFF", b"WEBPVP8X"), 20, 0b10  # the parts of its first 16 bytes, a byte, a bit
HIGH_BYTE = 8  # bits
SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I;16N")
PIXELS_OF_WIDE_RANGE = ("I", "F")  # nothing says what is white


def needs_copy(head: bytes) -> bool:
    """Returns whether TensorFlow cannot decode an image file as it is.

    It would decode a BMP file with a palette to other colors than it has. Moving WebP images damage its memory
    (TensorFlow 2.21: "free(): corrupted unsorted chunks").

    Args:
        head: The first 30 bytes of the file, or more.
    """
    if head[:2] == BMP:
        return int.from_bytes(head[BITS], "little") < FEWEST_BITS
    is_extended = (head[:4], head[8:16]) == WEBP_EXTENDED and len(head) > FLAGS_AT
    return is_extended and bool(head[FLAGS_AT] & ANIMATED)


def keep_copy(file: Path, convert: Callable[[Path], bytes | None]) -> Path | None:
    """Returns a PNG file of the cache that holds what a file shows; None if it cannot be converted.

    It is made once for the same bytes.

    Args:
        file: An image or a mask.
        convert: Makes the bytes of a PNG file of it.
    """
    try:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return None
    kept = cache_dir() / "images" / convert.__name__ / digest[:2] / f"{digest}.png"
    if kept.is_file():
        return kept
    content = convert(file)
    if content is None:
        return None
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as unfinished:
        unfinished.write(content)
    os.replace(unfinished.name, kept)
    return kept


def convert_to_png(file: Path) -> bytes | None:
    """Returns what any file that Pillow reads displays, its first page or frame, as PNG; None if it reads none."""
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings(action="ignore"), Image.open(file) as opened:
            opened.load()
            if opened.mode in PIXELS_OF_WIDE_RANGE:
                return None
            if opened.mode in SIXTEEN_BITS:  # the high byte, which TensorFlow takes of 16-bit PNG files
                pixels = (np.asarray(opened) >> HIGH_BYTE).astype(np.uint8)
            else:
                upright = ImageOps.exif_transpose(opened)
                pixels = np.asarray(upright.convert("L" if upright.mode in ("1", "L") else "RGB"))
        return encode_png(pixels)
    except Exception:  # damaged files raise whatever their bytes happen to mean
        return None


def convert_indices_to_png(file: Path) -> bytes | None:
    """Returns the indices of an image with a palette as gray PNG; None if it has none."""
    from PIL import Image

    try:
        with Image.open(file) as opened:
            return encode_png(np.asarray(opened)) if opened.mode == "P" else None
    except Exception:  # as above
        return None


def encode_png(pixels: np.ndarray) -> bytes:
    """Returns pixels, (height, width) or (height, width, 3) uint8, as a PNG file."""
    from PIL import Image

    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "PNG")
    return written.getvalue()
