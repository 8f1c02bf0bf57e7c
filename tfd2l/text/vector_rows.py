"""Rows of a file of word vectors as they are read: what is kept, what is refused, and where it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Any, NoReturn

import numpy as np

from tfd2l.errors import DataError
from tfd2l.files.bad_files import BadFiles, OnBadRecord
from tfd2l.text.vectors import WordVectors
from tfd2l.text.vocabulary import UNKNOWN

SHOWN = 60  # characters of what is wrong


class VectorRows:
    """Collects words and their vectors, block by block.

    Args:
        name: of the file, for errors.
        on_bad_record: "error" stops at the first bad row; "skip" leaves it out and counts it.
        limit: take so many words, the first ones; None takes all.
        only: keep none but these words; None keeps all.
        section: of the configuration, where `on_bad_record` is an option.
    """

    def __init__(
        self,
        name: str,
        on_bad_record: OnBadRecord = "error",
        limit: int | None = None,
        only: Collection[str] | None = None,
        section: str = "dataset",
    ) -> None:
        self.name = name
        self.bad = BadFiles(on_bad_record, section)
        self.limit = limit
        self.only = None if only is None else set(only)
        self._seen: set[str] = set()
        self._words: list[str] = []
        self._blocks: list[np.ndarray] = []
        self._unknown: np.ndarray | None = None

    @property
    def room(self) -> int | None:
        """How many words are still to come; None for as many as there are."""
        return None if self.limit is None else self.limit - len(self._seen)

    @property
    def counts(self) -> Counter[str]:
        """What was left out, by reason."""
        return self.bad.counts

    def refuse(self, place: str, fault: str, received: Any, reason: str = "", number: int = 1) -> None:
        """Refuses or counts a row that cannot be used.

        Args:
            place: in the file.
            fault: what is wrong with it.
            received: what came.
            reason: under which such are counted; the fault itself if it is empty.
            number: rows that are left out.

        Raises:
            DataError: with its place, unless such rows are skipped.
        """
        self.bad(f"{self.name}{place}", fault, reason or fault, _shown(received), number)

    def stop(self, place: str, fault: str, received: Any) -> NoReturn:
        """Refuses a file that cannot be used at all.

        Raises:
            DataError: with the place.
        """
        raise DataError(f"{self.name}{place}: {fault}. Mend it. Received: {_shown(received)}")

    @property
    def any(self) -> bool:
        """True once a row was read well."""
        return bool(self._seen)

    def add(self, words: Sequence[str], matrix: np.ndarray, place: Callable[[int], str]) -> None:
        """Rows that were read well, (len(words), width); a word that was there before is refused at `place(row)`."""
        fresh = set(words)
        if len(fresh) < len(words) or not fresh.isdisjoint(self._seen):
            kept = []
            for row, word in enumerate(words):
                if word in self._seen:
                    self.refuse(place(row), f"a second vector for {word!r}", word, "second vectors for a word")
                else:
                    self._seen.add(word)
                    kept.append(row)
            words, matrix = [words[row] for row in kept], matrix[kept]
        self._seen |= fresh
        if UNKNOWN in words:
            self._unknown = matrix[words.index(UNKNOWN)].copy()
        if self.only is not None or UNKNOWN in words:
            chosen = [row for row, word in enumerate(words) if self._wanted(word)]
            words, matrix = [words[row] for row in chosen], matrix[chosen]
        self._words.extend(words)
        self._blocks.append(matrix)

    def vectors(self) -> WordVectors:
        """All that was kept, behind `<unk>`; the blocks are given up on the way, so that nothing is held twice."""
        width = self._blocks[0].shape[1]
        matrix = np.empty((1 + len(self._words), width), np.float32)
        matrix[0] = 0 if self._unknown is None else self._unknown
        start = 1
        self._blocks.reverse()
        while self._blocks:
            block = self._blocks.pop()
            matrix[start : start + len(block)] = block
            start += len(block)
        return WordVectors((UNKNOWN, *self._words), matrix)

    def _wanted(self, word: str) -> bool:
        return word != UNKNOWN and (self.only is None or word in self.only)


def _shown(received: Any) -> str:
    shown = received if isinstance(received, str) else repr(received)
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}..."
