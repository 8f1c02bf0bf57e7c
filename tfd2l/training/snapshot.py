"""A snapshot of training in one file: whole or not there at all."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np

from tfd2l.errors import ResumeError

FACTS = "facts.json"
DIGEST_BYTES = hashlib.sha256().digest_size


@dataclass(frozen=True)
class Snapshot:
    """Everything that training depends on at one step.

    Arguments:
        arrays: by name, any NumPy type, bfloat16 included.
        facts: plain data: where training stands, what came so far, and what it was made by.
    """

    arrays: Mapping[str, np.ndarray]
    facts: Mapping[str, Any]


def write_snapshot(snapshot: Snapshot, file: Path) -> None:
    """Write `file` so that at any moment it is the old one, the new one, or none: beside it, synced, renamed."""
    packed = _packed(snapshot)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with beside.open("wb") as out:
            out.write(packed)
            out.write(hashlib.sha256(packed).digest())
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


def read_snapshot(file: Path) -> Snapshot:
    """The snapshot in a file.

    Raises:
        ResumeError: the file is torn: its checksum is not that of its content.
    """
    content = file.read_bytes()
    packed, digest = content[:-DIGEST_BYTES], content[-DIGEST_BYTES:]
    if hashlib.sha256(packed).digest() != digest:
        raise ResumeError(f"{file} is damaged: its checksum is not that of its content. Received: {len(content)} bytes")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        facts = json.loads(archive.read(FACTS))
        arrays: dict[str, np.ndarray] = {}
        for name, dtype, shape in facts.pop("arrays"):
            flat = np.frombuffer(archive.read(f"arrays/{len(arrays)}"), _dtype(dtype))
            arrays[name] = flat.reshape(shape)
    return Snapshot(arrays, facts)


def read_facts(file: Path) -> Mapping[str, Any]:
    """The facts of a snapshot alone, its checksum not looked at.

    Raises:
        ResumeError: the file is torn.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            facts: dict[str, Any] = json.loads(archive.read(FACTS))
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ResumeError(f"{file} is damaged: {error}. Received: {file.stat().st_size} bytes") from error
    return facts


def _packed(snapshot: Snapshot) -> bytes:
    described = [(name, str(array.dtype), array.shape) for name, array in snapshot.arrays.items()]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:  # weights do not compress
        archive.writestr(FACTS, json.dumps({**snapshot.facts, "arrays": described}))
        for index, array in enumerate(snapshot.arrays.values()):
            archive.writestr(f"arrays/{index}", np.ascontiguousarray(array).tobytes())
    return buffer.getvalue()


def _dtype(name: str) -> np.dtype:
    return np.dtype(getattr(ml_dtypes, name, name))
