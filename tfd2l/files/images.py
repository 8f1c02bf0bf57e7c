"""Image files of a folder, by their suffixes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tfd2l.files.names import get_suffix
from tfd2l.files.walking import list_folder, walk_files

IMAGE_SUFFIXES = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".gif", ".webp"),  # what TensorFlow decodes
    *(".tif", ".tiff", ".ppm", ".pgm", ".pbm"),  # what Pillow turns into PNG
)
"""Suffixes of image files, in any case. Of files that differ in their suffix only, the first suffix is taken."""


@dataclass(frozen=True)
class FoundImages:
    """The files of a folder.

    Args:
        images: The image files, by path.
        others: The number of other files by suffix, without hidden ones.
    """

    images: list[Path] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)


def find_images(folder: Path, *, deep: bool = True) -> FoundImages:
    """Finds the image files in a folder, and counts the other files.

    Args:
        folder: The folder.
        deep: Whether to search its subfolders too. Defaults to True.

    Returns:
        The files found.
    """
    found = FoundImages()
    for file in walk_files(folder) if deep else list_folder(folder)[1]:
        if (suffix := get_suffix(file.name)) in IMAGE_SUFFIXES:
            found.images.append(file)
        else:
            found.others[suffix] += 1
    return found


class NamedImages:
    """The image files directly in a folder, for lookup by name.

    Args:
        folder: The folder.
        suffixes: The suffixes of image files, in lower case. Of files that differ in nothing else, the one with the
            first suffix is taken.
    """

    def __init__(self, folder: Path, suffixes: tuple[str, ...] = IMAGE_SUFFIXES) -> None:
        files = [file for file in list_folder(folder)[1] if get_suffix(file.name) in suffixes]
        files.sort(key=lambda file: suffixes.index(get_suffix(file.name)))
        self._named = {file.name: file for file in files}
        self.files: dict[str, Path] = {file.stem: file for file in reversed(files)}

    def get(self, name: str) -> Path | None:
        """Returns the file with a name, with or without its suffix; None if there is none."""
        return self._named.get(name) or self.files.get(name)
