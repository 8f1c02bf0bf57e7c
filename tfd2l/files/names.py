"""Names of files: hidden files, and suffixes."""

from __future__ import annotations

from pathlib import PurePath, PurePosixPath

SYSTEM_FILES = frozenset({"__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin"})


def is_hidden(name: str | PurePath) -> bool:
    """Returns whether a file is hidden, or was left by an operating system.

    Names that begin with a dot (`.DS_Store`, `._train.tsv`), `__MACOSX`, `Thumbs.db` and `desktop.ini` in any case are
    hidden, and everything inside such a folder.

    Args:
        name: The path inside the folder or archive that is searched. (The folder itself may lie in a hidden one.)

    Returns:
        A boolean.

    Example:
        >>> from tfd2l.files.names import is_hidden
        >>> is_hidden("data/._train.tsv"), is_hidden("data/train.tsv")
        (True, False)
    """
    parts = PurePosixPath(name).parts if isinstance(name, str) else name.parts
    return any(_is_hidden_name(part) for part in parts)


def get_suffix(name: str, suffixes: tuple[str, ...] | None = None) -> str:
    """Returns the suffix of a file name, in lower case.

    Args:
        name: The name, or a path.
        suffixes: Known suffixes in lower case, which may have two parts (`.tar.gz`); the longest that matches is
            returned, or the empty string. None returns what follows the last dot. Defaults to None.

    Returns:
        The suffix with its dot.

    Example:
        >>> from tfd2l.files.names import get_suffix
        >>> get_suffix("TRAIN.TSV"), get_suffix("a.tar.gz", suffixes=(".gz", ".tar.gz"))
        ('.tsv', '.tar.gz')
    """
    name = name.lower()
    if suffixes is None:
        return PurePosixPath(name).suffix
    return max((known for known in suffixes if name.endswith(known)), key=len, default="")


def _is_hidden_name(part: str) -> bool:
    return (part.startswith(".") and part.strip(".") != "") or part.lower() in SYSTEM_FILES
