"""The file format of checkpoints: a file is whole, or not there at all.

The file: 8 bytes, the length of what follows; the facts as JSON, with name, type and shape of every array; the arrays,
one after the other; SHA-256 of all that.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np

from tfd2l.errors import ResumeError

LENGTH_BYTES = 8
DIGEST_BYTES = hashlib.sha256().digest_size


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint: everything that training depends on after a step.

    Args:
        arrays: by name, any NumPy type, bfloat16 included.
        facts: plain data: where training stands, its history, and what it was made by.
    """

    arrays: Mapping[str, np.ndarray]
    facts: Mapping[str, Any]


def write_checkpoint(checkpoint: Checkpoint, file: Path) -> None:
    """Writes a file so that at any moment it is the old one, the new one, or none: beside it, synced, renamed."""
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    digest = hashlib.sha256()
    try:
        with beside.open("wb") as out:
            for part in _parts(checkpoint):
                digest.update(part)
                out.write(part)
            out.write(digest.digest())
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the new name too
    finally:
        os.close(folder)


def read_checkpoint(file: Path) -> Checkpoint:
    """Reads a checkpoint from a file.

    Raises:
        ResumeError: the file is torn: its checksum is not that of its content.
    """
    content = memoryview(file.read_bytes())
    held, digest = content[:-DIGEST_BYTES], content[-DIGEST_BYTES:]
    if hashlib.sha256(held).digest() != digest:
        raise ResumeError(f"{file} is damaged: its checksum is not that of its content. Received: {len(content)} bytes")
    end = LENGTH_BYTES + int.from_bytes(held[:LENGTH_BYTES])
    facts = json.loads(bytes(held[LENGTH_BYTES:end]))
    arrays: dict[str, np.ndarray] = {}
    for name, dtype, shape in facts.pop("arrays"):
        kind, start = np.dtype(getattr(ml_dtypes, dtype, dtype)), end
        end += kind.itemsize * int(np.prod(shape))
        arrays[name] = np.frombuffer(held[start:end], kind).reshape(shape)
    return Checkpoint(arrays, facts)


def read_facts(file: Path) -> dict[str, Any]:
    """Reads the facts of a checkpoint alone, without a look at its checksum.

    Raises:
        ResumeError: the file is torn.
    """
    with file.open("rb") as stream:
        text = stream.read(int.from_bytes(stream.read(LENGTH_BYTES)))
    try:
        facts: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise ResumeError(f"{file} is damaged: {error}. Received: {file.stat().st_size} bytes") from error
    return facts


def _parts(checkpoint: Checkpoint) -> Iterator[Any]:
    described = [(name, str(array.dtype), array.shape) for name, array in checkpoint.arrays.items()]
    facts = json.dumps({**checkpoint.facts, "arrays": described}).encode()
    yield len(facts).to_bytes(LENGTH_BYTES)
    yield facts
    for array in checkpoint.arrays.values():
        yield np.ascontiguousarray(array).reshape(-1).view(np.uint8).data  # as it lies in memory, not copied
