"""An image file as a model's input."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tfd2l.errors import DataError

if TYPE_CHECKING:
    import numpy as np


def read_image(file: Path, shape: Sequence[int | None]) -> np.ndarray:
    """The pixels of a PNG, JPEG, GIF or BMP file, (height, width, channels) uint8.

    Colours become grey, or grey colours, as the model takes them; the size must be the model's own.

    Args:
        file: the image.
        shape: (height, width, channels) that the model takes; None for any.

    Raises:
        DataError: it cannot be read, is no image, or has another size.
    """
    from tfd2l.data.readers.image_checks import read_image

    height, width, channels = shape
    image = read_image(file, channels or 0)  # (height, width, channels)
    if image.shape[0] != (height or image.shape[0]) or image.shape[1] != (width or image.shape[1]):
        raise DataError(
            f"{file}: the model takes images of {width or 'any'} x {height or 'any'} pixels; cut or scale it to that "
            f"(a model trained with dataset.image_size takes any size). Received: {image.shape[1]} x "
            f"{image.shape[0]} pixels"
        )
    pixels: np.ndarray = image.numpy()
    return pixels
