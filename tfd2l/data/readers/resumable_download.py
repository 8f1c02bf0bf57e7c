"""A download that goes on where a broken one stopped."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import requests
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

TIMEOUT_SECONDS = (5, 60)  # to connect, between two pieces
CHUNK_BYTES = 1 << 14  # a broken connection loses less than one of them


@dataclass(frozen=True)
class ResumableDownloader:
    """A downloader for `pooch.retrieve`: what came before a connection broke is kept in `part`, not asked for again.

    Args:
        part: What has come so far; gone when the file is whole.
    """

    part: Path

    def __call__(self, url: str, output_file: str, pooch: object) -> None:
        """Download `url`; pooch then compares the checksum, so that a part of another file does no harm.

        Raises:
            requests.RequestException: no answer, an error answered, or a connection that broke.
        """
        have = self.part.stat().st_size if self.part.is_file() else 0
        headers = {"Range": f"bytes={have}-"} if have else {}
        with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT_SECONDS) as response:
            if response.status_code != requests.codes.requested_range_not_satisfiable:  # there is nothing after `have`
                response.raise_for_status()
                resumed = response.status_code == requests.codes.partial_content
                self._write(response, have if resumed else 0)
        os.replace(self.part, output_file)

    def _write(self, response: requests.Response, have: int) -> None:
        left = response.headers.get("Content-Length")
        total = None if left is None else have + int(left)
        with self.part.open("r+b" if have else "wb") as file, _bar() as bar:
            file.seek(have)
            task = bar.add_task(self.part.stem, total=total, completed=have)
            chunks: Iterable[bytes] = response.iter_content(CHUNK_BYTES)
            for chunk in chunks:
                file.write(chunk)
                bar.advance(task, len(chunk))
        if total is not None and self.part.stat().st_size < total:
            raise requests.ConnectionError(
                f"{response.url} broke off after {self.part.stat().st_size} of {total} bytes"
            )


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    return Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
