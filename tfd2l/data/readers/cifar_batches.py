"""The batch files that CIFAR-10 is published in, in their two forms."""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from typing import Any

import numpy as np

from tfd2l.errors import DataError

SIDE, CHANNELS = 32, 3
PIXELS = SIDE * SIDE * CHANNELS
CLASSES = 10
ALLOWED = {  # what arrays and bytes are unpickled by, in the versions of NumPy and Python
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.numeric", "_frombuffer"),
    ("numpy.core.numeric", "_frombuffer"),
    ("_codecs", "encode"),
}


def read_batch(file: Path) -> tuple[np.ndarray, np.ndarray]:
    """Reads the images, (n, 32, 32, 3) uint8, and labels, (n,), of a batch file.

    A binary file (`.bin`) is rows of 3073 bytes, a label and the red, green and blue plane. The other form is a pickled
    dict of `data` (n, 3072) and `labels`; nothing but arrays is unpickled from it, so that no file can run code.

    Raises:
        DataError: It is neither.

    References:
        - Krizhevsky 2009, *Learning Multiple Layers of Features from Tiny Images*.
    """
    content = file.read_bytes()
    if file.suffix == ".bin":
        if not content or len(content) % (1 + PIXELS):
            raise DataError(
                f"{file}: not rows of {1 + PIXELS} bytes, as CIFAR-10's binary batches are. Fetch it again. Received: "
                f"{len(content)} bytes"
            )
        rows = np.frombuffer(content, np.uint8).reshape(-1, 1 + PIXELS)
        labels, planes = rows[:, 0].astype(np.int32), rows[:, 1:]
    else:
        planes, labels = _unpickled(file, content)
    if labels.max() >= CLASSES or labels.min() < 0:
        row = int(np.flatnonzero((labels >= CLASSES) | (labels < 0))[0])
        raise DataError(
            f"{file}: image {row} (from 0) is of none of CIFAR-10's {CLASSES} classes. Received: label {labels[row]}"
        )
    return np.ascontiguousarray(planes.reshape(-1, CHANNELS, SIDE, SIDE).transpose(0, 2, 3, 1)), labels


def _unpickled(file: Path, content: bytes) -> tuple[np.ndarray, np.ndarray]:
    try:
        batch = _ArraysAlone(io.BytesIO(content), encoding="bytes").load()
        planes = np.asarray(batch[b"data"], np.uint8).reshape(-1, PIXELS)
        labels = np.asarray(batch[b"labels"], np.int32)
    except Exception as error:  # a broken pickle raises whatever its bytes happen to mean
        raise DataError(
            f"{file}: not a batch of CIFAR-10's Python version, a pickled dict of data and labels: {error}. Fetch it "
            f"again. Received: {len(content)} bytes"
        ) from error
    if len(labels) != len(planes):
        raise DataError(f"{file}: not as many labels as images. Received: {len(labels)} labels, {len(planes)} images")
    return planes, labels


class _ArraysAlone(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"it wants {module}.{name}, which is no part of an array")
        # NumPy has renamed the module that older files name.
        return super().find_class(module.replace("numpy.core", "numpy._core"), name)
