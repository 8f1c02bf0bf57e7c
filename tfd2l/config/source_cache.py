"""What was read of source files, kept between processes as long as those files are unchanged.

Reading the signatures of two hundred components takes a second; looking up whether their files have changed, a
hundredth of one.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

VERSION = 1


class SourceCache:
    """A JSON file of values, each with the stamp of the files that it was read from.

    A file that is missing, broken or of another version is an empty cache, and one that cannot be written is not.

    Args:
        file: Where it is kept; None keeps nothing beyond this process.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._entries: dict[str, Any] | None = None
        self._is_changed = False

    def recall(self, key: str, files: Iterable[Path] | None = None) -> Any:
        """Returns the value of a key, or None if there is none, or if one of its files has changed.

        Args:
            key: As it was remembered.
            files: What the value depends on; None takes the files with which it was remembered.
        """
        entry = self._load().get(key)
        if not isinstance(entry, dict):
            return None
        paths = entry.get("files", ()) if files is None else list(map(str, files))
        is_current = isinstance(paths, list) and make_stamp(paths) == entry.get("stamp")
        return entry.get("value") if is_current else None

    def remember(self, key: str, files: Iterable[Path], value: object, *, list_files: bool = True) -> None:
        """Keeps a value, unless JSON cannot hold it.

        Args:
            key: Its name.
            files: What it depends on.
            value: Plain data.
            list_files: Keep the names of the files too, for `recall` without them.
        """
        paths = sorted(map(str, files))
        try:
            is_plain = json.loads(json.dumps(value)) == value
        except (TypeError, ValueError):
            return
        if is_plain:
            self._load()[key] = {"stamp": make_stamp(paths), "value": value} | ({"files": paths} if list_files else {})
            self._is_changed = True

    def save(self) -> None:
        """Writes the file at once as a whole, without what was read of files that are gone."""
        if not self._is_changed or self._file is None:
            return
        kept = {key: entry for key, entry in self._load().items() if _is_whole(entry)}
        text = json.dumps({"version": _version(), "entries": kept})
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=self._file.parent, delete=False, encoding="utf-8") as stream:
                stream.write(text)
            os.replace(stream.name, self._file)
        self._is_changed = False

    def _load(self) -> dict[str, Any]:
        if self._entries is None:
            self._entries = dict(self._read())
        return self._entries

    def _read(self) -> Iterator[tuple[str, Any]]:
        try:
            stored = json.loads(self._file.read_text(encoding="utf-8")) if self._file else {}
        except (OSError, ValueError):
            return
        if isinstance(stored, dict) and stored.get("version") == _version() and isinstance(stored["entries"], dict):
            yield from stored["entries"].items()


def _is_whole(entry: object) -> bool:
    files = entry.get("files", []) if isinstance(entry, dict) else None
    return isinstance(files, list) and all(map(os.path.exists, map(str, files)))


@functools.cache
def source_cache() -> SourceCache:
    """Returns the cache of this environment, which is saved when the process ends."""
    cache = SourceCache(_cache_file())
    atexit.register(cache.save)
    return cache


def make_stamp(paths: Iterable[str]) -> str:
    """Returns a digest of the time of change and the size of files; a missing one counts too."""
    digest = hashlib.sha1(usedforsecurity=False)
    for path in paths:
        try:
            status = os.stat(path)
            digest.update(f"{path}:{status.st_mtime_ns}:{status.st_size}\n".encode())
        except OSError:
            digest.update(f"{path}:missing\n".encode())
    return digest.hexdigest()


def _cache_file() -> Path | None:
    try:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        return None  # a user without a home
    environment = hashlib.sha1(sys.prefix.encode(), usedforsecurity=False).hexdigest()[:12]
    return folder / "tfd2l" / f"sources-{environment}.json"


@functools.cache
def _version() -> str:
    """Returns the version of the format: other code reads sources in another way."""
    code = make_stamp(map(str, sorted(Path(__file__).parent.glob("*.py"))))
    return f"{VERSION}-{sys.version_info.major}.{sys.version_info.minor}-{code}"
