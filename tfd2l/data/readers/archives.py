"""Archives of many files: unpacked once, into the cache."""

from __future__ import annotations

import hashlib
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path

from tfd2l.config.paths import cache_dir
from tfd2l.errors import DataError, did_you_mean
from tfd2l.files.names import get_suffix, is_hidden
from tfd2l.files.opening import open_zip
from tfd2l.temporary import temporary_prefix

TAR_SUFFIXES = (".tar", ".tgz", ".tar.gz")


def unpack_archive(path: Path) -> Path:
    """Returns the folder itself, or the folder of the cache into which a zip or tar archive was unpacked.

    A zip archive is known by the names, sizes and checksums in its directory; a tar archive, which has none, by its
    place, size and time.

    Raises:
        DataError: There is nothing, or a file that is no such archive.
    """
    path = path.expanduser()
    if path.is_dir():
        return path
    if not path.is_file():
        beside = [file.name for file in path.parent.iterdir()] if path.parent.is_dir() else []
        raise DataError(f"{path}: no such file or folder.{did_you_mean(path.name, beside)} Received: {path}")
    is_tar = get_suffix(path.name, TAR_SUFFIXES) != ""
    try:
        key = _tar_key(path) if is_tar else _zip_key(path)
        kept = cache_dir() / "unpacked" / f"{key}-{path.name.partition('.')[0]}"
        if not kept.is_dir():
            _unpack(path, kept, is_tar)
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise DataError(
            f"{path}: cannot be unpacked as a {'tar' if is_tar else 'zip'} archive: {error}. Give a folder, a zip or a "
            f"tar archive that is whole. Received: {path.stat().st_size} bytes"
        ) from error
    return kept


def _zip_key(path: Path) -> str:
    with open_zip(path) as archive:
        members = sorted((member.filename, member.file_size, member.CRC) for member in archive.infolist())
    return hashlib.sha256(repr(members).encode()).hexdigest()[:16]


def _tar_key(path: Path) -> str:
    about = path.stat()
    return hashlib.sha256(repr((str(path.resolve()), about.st_size, about.st_mtime_ns)).encode()).hexdigest()[:16]


def _unpack(path: Path, kept: Path, is_tar: bool) -> None:
    """Beside, then rename: what was interrupted is never taken for whole."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix=temporary_prefix("unfinished")) as unfinished:
        whole = Path(unfinished) / "whole"
        whole.mkdir()
        if is_tar:
            with tarfile.open(path) as archive:
                members = [member for member in archive if not is_hidden(member.name)]
                archive.extractall(whole, members, filter="data")  # nothing outside of the folder
        else:
            with open_zip(path) as zipped:
                zipped.extractall(whole, [name for name in zipped.namelist() if not is_hidden(name)])
        if not kept.is_dir():  # another run may have been faster
            whole.rename(kept)
