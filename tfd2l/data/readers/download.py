"""Download what is public: TFDS, and the book's archives; with no network, one clear error."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from tfd2l.config.paths import cache_dir
from tfd2l.data.info import DataInfo, Splits
from tfd2l.data.readers.resumable_download import ResumableDownloader
from tfd2l.errors import DataError

if TYPE_CHECKING:
    import tensorflow_datasets as tfds

CONNECT_SECONDS = 5


def fetch(url: str, sha1: str, *, dataset: str) -> Path:
    """Downloads a file of the book once and verifies its published SHA-1; a broken download is resumed.

    Raises:
        DataError: It is not in the cache and cannot be downloaded.
    """
    import pooch

    file = cache_dir() / dataset / url.rpartition("/")[2]
    part = file.with_name(f"{file.name}.part")
    if not file.is_file():
        require_network(url, dataset)
    try:
        downloader = ResumableDownloader(part)
        got = pooch.retrieve(url, f"sha1:{sha1}", file.name, file.parent, downloader=downloader)
    except OSError as error:  # the network's errors too
        came = part.stat().st_size if part.is_file() else 0
        reason = f"broke off after {came} bytes; the same command goes on there" if came else _reason(error)
        raise DataError(_no_download(dataset, url, reason)) from error
    except ValueError as error:  # pooch: the checksum differs
        raise DataError(_no_download(dataset, url, "gave a file of another SHA-1, which was not kept")) from error
    return Path(got)


def copy_or_download(path: Path | None, archive: tuple[str, str], *, dataset: str) -> tuple[Path, str]:
    """Returns a copy that one has, or else a file of the book (see `fetch`); and its source, as in `DataInfo`.

    Args:
        path: Of the copy; None downloads.
        archive: Address and published SHA-1.
        dataset: Its name, for the error.

    Raises:
        DataError: There is no copy, and the file cannot be downloaded.
    """
    if path is None:
        file = fetch(*archive, dataset=dataset)
        return file, f"archive: {file.name}"
    file = path.expanduser()
    return file, f"file: {file.name}"


def load_tfds_splits(name: str, *, inputs: Sequence[str]) -> tuple[Splits, DataInfo]:
    """Loads the splits of a TFDS dataset, prepared on first use in TFDS' own folder (`TFDS_DATA_DIR`).

    Raises:
        DataError: It is not prepared yet and its source cannot be reached.
    """
    import tensorflow_datasets as tfds

    builder = tfds.builder(name, try_gcs=False)
    if not builder.is_prepared():
        # TFDS retries for minutes without a network; one short request tells first.
        require_network(next(iter(builder.url_infos), "https://storage.googleapis.com"), name)
        try:
            builder.download_and_prepare()
        except Exception as error:  # TFDS passes on whatever its many readers raise
            raise DataError(_no_download(name, f"tfds: {name}", _reason(error))) from error
    splits = {split: builder.as_dataset(split=split, shuffle_files=False) for split in builder.info.splits}
    info = DataInfo(
        inputs=tuple(inputs),
        example_spec=splits["train"].element_spec,
        sizes={split: builder.info.splits[split].num_examples for split in splits},
        source=f"tfds: {builder.info.full_name}",
        fingerprint=_tfds_fingerprint(builder),
    )
    return splits, info


def require_network(url: str, dataset: str) -> None:
    """Checks by one short request that the data can be downloaded.

    Raises:
        DataError: No answer within seconds.
    """
    try:
        requests.head(url, timeout=CONNECT_SECONDS, allow_redirects=True)
    except requests.RequestException as error:
        raise DataError(_no_download(dataset, url, _reason(error))) from error


def _tfds_fingerprint(builder: tfds.core.DatasetBuilder) -> str:
    """A version of a TFDS dataset stands for its examples; their number and size are looked at too."""
    sizes = {name: (split.shard_lengths, split.num_bytes) for name, split in builder.info.splits.items()}
    return hashlib.sha256(f"{builder.info.full_name} {sorted(sizes.items())}".encode()).hexdigest()[:16]


def _no_download(dataset: str, tried: str, reason: str) -> str:
    return (
        f"dataset={dataset} is not on this machine, and {tried} {reason}. Two ways out: "
        f"`dataset.path=FOLDER_OR_ARCHIVE` for a copy you have, or the generated data that needs no network "
        f"(`tfd2l list dataset`: those called *_embedded). Received: dataset={dataset}, no dataset.path"
    )


def _reason(error: Exception) -> str:
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"answered {error.response.status_code} {error.response.reason}"
    if isinstance(error, requests.RequestException):
        return f"could not be reached ({type(error).__name__})"
    return f"could not be fetched ({type(error).__name__}: {error})"
