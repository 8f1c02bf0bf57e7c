"""Which files in a folder are images, by their names."""

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
"""Endings of image files, in any case; the first counts where two files differ in nothing else."""


@dataclass(frozen=True)
class FoundImages:
    """What a folder holds.

    Args:
        images: files with the ending of an image, by path.
        others: ending -> how many other files there are, hidden ones aside.
    """

    images: list[Path] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)


def find_images(folder: Path, *, deep: bool = True) -> FoundImages:
    """Returns the image files in a folder, and what else is there.

    Args:
        folder: to be searched.
        deep: also in the folders inside it.
    """
    found = FoundImages()
    for file in walk_files(folder) if deep else list_folder(folder)[1]:
        if (kind := get_suffix(file.name)) in IMAGE_SUFFIXES:
            found.images.append(file)
        else:
            found.others[kind] += 1
    return found


class NamedImages:
    """The image files directly in a folder, to be looked up by name.

    Args:
        folder: of the images.
        endings: that are looked for, in small letters; the first counts where two files differ in nothing else.
    """

    def __init__(self, folder: Path, endings: tuple[str, ...] = IMAGE_SUFFIXES) -> None:
        files = [file for file in list_folder(folder)[1] if get_suffix(file.name) in endings]
        files.sort(key=lambda file: endings.index(get_suffix(file.name)))
        self._named = {file.name: file for file in files}
        self.files: dict[str, Path] = {file.stem: file for file in reversed(files)}

    def get(self, name: str) -> Path | None:
        """Returns the file of a name without its ending, or with it; None if there is none."""
        return self._named.get(name) or self.files.get(name)
