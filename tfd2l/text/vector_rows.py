"""Rows of a file of word vectors as they are read: what is kept, what is refused, and where it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Any, Literal, NoReturn

import numpy as np

from tfd2l.errors import DataError
from tfd2l.text.vectors import WordVectors
from tfd2l.text.vocabulary import UNKNOWN

BAD = "skipped bad records"
SHOWN = 60  # characters of what is wrong


class VectorRows:
    """Collects words and their vectors, block by block.

    Arguments:
        name: of the file, for errors.
        on_bad_record: "error" stops at the first bad row; "skip" leaves it out and counts it.
        limit: take so many words, the first ones; None takes all.
        only: keep none but these words; None keeps all.
        section: of the configuration, where `on_bad_record` is an option.
    """

    def __init__(
        self,
        name: str,
        on_bad_record: Literal["error", "skip"] = "error",
        limit: int | None = None,
        only: Collection[str] | None = None,
        section: str = "dataset",
    ) -> None:
        self.name = name
        self.section = section
        self.skip = on_bad_record == "skip"
        self.limit = limit
        self.only = None if only is None else set(only)
        self.counts: Counter[str] = Counter()
        self._seen: set[str] = set()
        self._words: list[str] = []
        self._blocks: list[np.ndarray] = []
        self._unknown: np.ndarray | None = None

    @property
    def room(self) -> int | None:
        """How many words are still to come; None for as many as there are."""
        return None if self.limit is None else self.limit - len(self._seen)

    def refuse(self, place: str, fault: str, received: Any) -> None:
        """A row that cannot be used.

        Raises:
            DataError: with its place, unless such rows are skipped.
        """
        if not self.skip:
            way_out = f", or leave bad records out (they are counted): `{self.section}.on_bad_record=skip`"
            self.stop(place, fault, received, way_out)
        self.counts[BAD] += 1

    def stop(self, place: str, fault: str, received: Any, way_out: str = "") -> NoReturn:
        """A file that cannot be used at all.

        Raises:
            DataError: with the place.
        """
        shown = received if isinstance(received, str) else repr(received)
        shown = shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}..."
        raise DataError(f"{self.name}{place}: {fault}. Mend it{way_out}. Received: {shown}")

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
                    self.refuse(place(row), f"a second vector for {word!r}", word)
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
