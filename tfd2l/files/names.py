"""Which files of a folder or an archive are meant, by their names alone."""

from __future__ import annotations

from pathlib import PurePath, PurePosixPath

SYSTEM_FILES = frozenset({"__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin"})


def is_hidden(name: str | PurePath) -> bool:
    """Tells whether a file was left by an operating system or hidden by its owner.

    Names that begin with a dot (`.DS_Store`, the `._train.tsv` of macOS) are hidden, `__MACOSX`, `Thumbs.db` and
    `desktop.ini` in any case, and everything inside such a folder.

    Args:
        name: the path inside the folder or the archive that is searched, not the absolute one: the folder itself may
            lie in a hidden one.
    """
    parts = PurePosixPath(name).parts if isinstance(name, str) else name.parts
    return any(_is_hidden_name(part) for part in parts)


def get_suffix(name: str, endings: tuple[str, ...] | None = None) -> str:
    """Returns the ending of a file name in small letters: `.tsv` of `TRAIN.TSV`.

    Args:
        name: the name, or a path.
        endings: the known ones, in small letters, where one may consist of two (`.tar.gz`); the longest that fits is
            returned, the empty string if none does. None returns what follows the last dot.
    """
    name = name.lower()
    if endings is None:
        return PurePosixPath(name).suffix
    return max((known for known in endings if name.endswith(known)), key=len, default="")


def _is_hidden_name(part: str) -> bool:
    return (part.startswith(".") and part.strip(".") != "") or part.lower() in SYSTEM_FILES
