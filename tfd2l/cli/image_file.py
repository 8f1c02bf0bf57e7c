"""An image file as a model's input."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tfd2l.errors import DataError


def read_image(file: Path, shape: Sequence[int | None]) -> list[Any]:
    """The pixels of a PNG, JPEG, GIF or BMP file, nested lists of 0 to 255: rows, columns, channels.

    Colours become grey, or grey colours, as the model takes them; the size must be the model's own.

    Arguments:
        file: the image.
        shape: (height, width, channels) that the model takes; None for any.

    Raises:
        DataError: it cannot be read, is no image, or has another size.
    """
    import tensorflow as tf

    height, width, channels = shape
    try:
        content = file.expanduser().read_bytes()
    except OSError as error:
        raise DataError(f"{file}: cannot be read: {error.strerror or error}. Received: {file}") from error
    try:
        image = tf.io.decode_image(
            content, channels=channels or 0, expand_animations=False
        )  # (height, width, channels)
    except tf.errors.InvalidArgumentError as error:
        what = "in one grey channel" if channels == 1 else "in colours"
        raise DataError(
            f"{file}: cannot be read as an image {what}; PNG and JPEG can. "
            f"Received: {len(content)} bytes that start with {content[:8].hex(' ') or 'nothing'}"
        ) from error
    if image.shape[0] != (height or image.shape[0]) or image.shape[1] != (width or image.shape[1]):
        raise DataError(
            f"{file}: the model takes images of {width or 'any'} x {height or 'any'} pixels; cut or scale it to that. "
            f"Received: {image.shape[1]} x {image.shape[0]} pixels"
        )
    return list(image.numpy().tolist())
