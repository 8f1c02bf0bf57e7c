"""The snapshots of one run in a folder: the last few and the best, until the run is finished."""

from __future__ import annotations

import logging
import os
import re
import shutil
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from tfd2l.errors import ResumeError
from tfd2l.training.checkpoint.file import Snapshot, read_facts, read_snapshot, write_snapshot

log = logging.getLogger("tfd2l")

BEST = "best.snapshot"
UNFINISHED = ".*.snapshot.*"
LAST = re.compile(r"step-(\d+)\.snapshot")


class Snapshots:
    """Writes snapshots in a thread of its own, one after the other, and keeps few of them.

    Args:
        folder: of this run alone; made when the first one is written.
        keep: how many of the last ones; the best one is kept beside them.
    """

    def __init__(self, folder: Path, keep: int = 2) -> None:
        self.folder = folder
        self.keep = keep
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="snapshot")
        self._writing: Future[None] | None = None

    def save(self, snapshot: Snapshot, *, best: bool = False) -> None:
        """Start writing; waits first if the one before is still being written.

        Raises:
            OSError: the one before could not be written.
        """
        self.wait()
        self._writing = self._writer.submit(self._save, snapshot, best)

    def wait(self) -> None:
        """Until what was saved is on the disk.

        Raises:
            OSError: it could not be written.
        """
        if self._writing is not None:
            writing, self._writing = self._writing, None
            writing.result()

    def latest(self) -> Snapshot | None:
        """The last whole snapshot; a damaged one is said and passed over. None if there is none.

        Raises:
            ResumeError: there are snapshots, and all are damaged.
        """
        files = self._files()
        for file in reversed(files):
            try:
                return read_snapshot(file)
            except ResumeError as error:
                log.warning("snapshot: %s; going back to the one before", error)
        if files:
            raise ResumeError(f"Every snapshot of the run is damaged. Received: {', '.join(map(str, files))}")
        return None

    def made_by(self) -> Mapping[str, str]:
        """What made the last snapshot, without reading its arrays; nothing if there is no whole one."""
        for file in reversed(self._files()):
            try:
                facts = read_facts(file)
            except ResumeError:
                continue
            return dict(facts["made_by"])
        return {}

    def discard(self) -> None:
        """Removes all of them, and the folder: the run is finished, and its model is kept with it."""
        self.wait()
        if self.folder.is_dir():
            shutil.rmtree(self.folder)

    def _save(self, snapshot: Snapshot, best: bool) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for torn in self.folder.glob(UNFINISHED):  # of a process that was killed while it wrote
            torn.unlink()
        file = self.folder / f"step-{snapshot.facts['step']:09d}.snapshot"
        write_snapshot(snapshot, file)
        if best:
            beside = file.with_name(f".{BEST}.{os.getpid()}")
            beside.unlink(missing_ok=True)
            os.link(file, beside)  # a second name of the same file
            beside.replace(self.folder / BEST)
        for old in self._files()[: -self.keep]:
            old.unlink()

    def _files(self) -> list[Path]:
        """Oldest first."""
        found = self.folder.iterdir() if self.folder.is_dir() else ()
        return sorted(file for file in found if LAST.fullmatch(file.name))
