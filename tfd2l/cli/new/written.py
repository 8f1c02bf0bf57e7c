"""Writes files that are not there yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tfd2l.errors import ConfigError


@dataclass(frozen=True)
class Written:
    """What `tfd2l new` has written.

    Args:
        files: New files.
        commands: What to type next.
        changed: Files that were there and have a new line.
        notes: Whatever else a person should know.
    """

    files: Sequence[Path]
    commands: Sequence[str]
    changed: Sequence[Path] = ()
    notes: Sequence[str] = ()


def write_files(texts: Mapping[Path, str]) -> list[Path]:
    """Writes new files; none is written if one of them is there.

    Args:
        texts: File -> its text.

    Returns:
        The files, relative to the working directory where they are inside it.

    Raises:
        ConfigError: A file is there already, or a folder cannot be written to.
    """
    there = [file for file in texts if file.exists()]
    if there:
        raise ConfigError(
            "Nothing is written over. Choose another name, or move what is there. Received: "
            f"{', '.join(map(str, there[:3]))}{f' and {len(there) - 3} more' if len(there) > 3 else ''}"
        )
    try:
        for file, text in texts.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"The files cannot be written: {error.strerror}. Choose a folder that you may write to. Received: "
            f"{error.filename}"
        ) from error
    return [shorten_path(file) for file in texts]


def shorten_path(file: Path) -> Path:
    """Returns a path relative to the working directory, if it lies inside it."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_absolute() and file.is_relative_to(here) else file
