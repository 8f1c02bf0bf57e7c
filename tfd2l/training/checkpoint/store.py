"""The folder of a run's checkpoints: the last few and the best, until the run is finished."""

from __future__ import annotations

import logging
import os
import re
import shutil
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from tfd2l.errors import ResumeError
from tfd2l.training.checkpoint.file import Checkpoint, read_checkpoint, read_facts, write_checkpoint

log = logging.getLogger("tfd2l")

BEST = "best.checkpoint"
UNFINISHED = ".*.checkpoint.*"
LAST = re.compile(r"step-(\d+)\.checkpoint")


class CheckpointStore:
    """A folder of checkpoints, written in a thread of its own, of which few are kept.

    Args:
        folder: of this run alone; made when the first one is written.
        keep: how many of the last ones to keep; the best one is kept beside them.
    """

    def __init__(self, folder: Path, keep: int = 2) -> None:
        self.folder = folder
        self.keep = keep
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="checkpoint")
        self._writing: Future[None] | None = None

    def save(self, checkpoint: Checkpoint, *, best: bool = False) -> None:
        """Starts to write a checkpoint; waits first if the one before is still being written.

        Raises:
            OSError: the one before could not be written.
        """
        self.wait()
        self._writing = self._writer.submit(self._save, checkpoint, best)

    def wait(self) -> None:
        """Waits until what was saved is on the disk.

        Raises:
            OSError: it could not be written.
        """
        if self._writing is not None:
            writing, self._writing = self._writing, None
            writing.result()

    def latest(self) -> Checkpoint | None:
        """Reads the last whole checkpoint; warns of damaged ones and passes over them. None if there is none.

        Raises:
            ResumeError: there are checkpoints, and all are damaged.
        """
        files = self._files()
        for file in reversed(files):
            try:
                return read_checkpoint(file)
            except ResumeError as error:
                log.warning("checkpoint: %s; going back to the one before", error)
        if files:
            raise ResumeError(f"Every checkpoint of the run is damaged. Received: {', '.join(map(str, files))}")
        return None

    def made_by(self) -> Mapping[str, str]:
        """Reads what made the last checkpoint, without its arrays; nothing if there is no whole one."""
        for file in reversed(self._files()):
            try:
                facts = read_facts(file)
            except ResumeError:
                continue
            return dict(facts["made_by"])
        return {}

    def discard(self) -> None:
        """Removes all checkpoints, and the folder: the run is finished, and its model is kept with it."""
        self.wait()
        if self.folder.is_dir():
            shutil.rmtree(self.folder)

    def _save(self, checkpoint: Checkpoint, best: bool) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for torn in self.folder.glob(UNFINISHED):  # of a process that was killed while it wrote
            torn.unlink()
        file = self.folder / f"step-{checkpoint.facts['step']:09d}.checkpoint"
        write_checkpoint(checkpoint, file)
        if best:
            beside = file.with_name(f".{BEST}.{os.getpid()}")
            beside.unlink(missing_ok=True)
            os.link(file, beside)  # a second name of the same file
            beside.replace(self.folder / BEST)
        for old in self._files()[: -self.keep]:
            old.unlink()

    def _files(self) -> list[Path]:
        """Returns the files of the last checkpoints, oldest first."""
        found = self.folder.iterdir() if self.folder.is_dir() else ()
        return sorted(file for file in found if LAST.fullmatch(file.name))
