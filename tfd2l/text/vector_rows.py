"""Collection of word vectors while a file is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import NoReturn

import numpy as np

from tfd2l.errors import DataError
from tfd2l.files.bad_files import BadFiles, OnBadRecord
from tfd2l.text.vectors import WordVectors
from tfd2l.text.vocabulary import UNKNOWN

MAX_RECEIVED = 60  # characters of an error


class VectorRows:
    """Collects words and their vectors, block by block.

    Args:
        name: The name of the file, for errors.
        on_bad_record: "error" stops at the first bad row, "skip" skips and counts them. Defaults to "error".
        limit: The maximum number of words, the first ones. None takes all. Defaults to None.
        only: The words that are kept. None keeps all. Defaults to None.
        section: The section of the configuration with the option `on_bad_record`, for errors. Defaults to "dataset".
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
        """The number of words that may still be added; None for no limit."""
        return None if self.limit is None else self.limit - len(self._seen)

    @property
    def counts(self) -> Counter[str]:
        """The numbers of skipped rows, by reason."""
        return self.bad.counts

    def refuse(self, place: str, fault: str, received: object, reason: str = "", number: int = 1) -> None:
        """Refuses or counts a row that cannot be used.

        Args:
            place: Its place in the file.
            fault: What is wrong with it.
            received: What the row holds.
            reason: The reason under which such rows are counted; the fault if it is empty. Defaults to "".
            number: The number of rows that are skipped. Defaults to 1.

        Raises:
            DataError: Bad rows are not to be skipped.
        """
        self.bad(f"{self.name}{place}", fault, reason or fault, _format_received(received), number)

    def stop(self, place: str, fault: str, received: object) -> NoReturn:
        """Refuses a file that cannot be used at all.

        Args:
            place: The place of the fault in the file.
            fault: What is wrong with it.
            received: What the file holds there.

        Raises:
            DataError: Always.
        """
        raise DataError(f"{self.name}{place}: {fault}. Correct it. Received: {_format_received(received)}")

    @property
    def any(self) -> bool:
        """Whether a row was added."""
        return bool(self._seen)

    def add(self, words: Sequence[str], matrix: np.ndarray, place: Callable[[int], str]) -> None:
        """Adds rows; a word that occurs twice is refused.

        Args:
            words: The words.
            matrix: An array of shape `(len(words), width)`: their vectors.
            place: A function that returns the place of a row in the file, for errors.
        """
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
            chosen = [row for row, word in enumerate(words) if self._is_kept(word)]
            words, matrix = [words[row] for row in chosen], matrix[chosen]
        self._words.extend(words)
        self._blocks.append(matrix)

    def vectors(self) -> WordVectors:
        """Returns all vectors after `<unk>`, and releases the blocks one by one, so that nothing is held twice."""
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

    def _is_kept(self, word: str) -> bool:
        return word != UNKNOWN and (self.only is None or word in self.only)


def parse_header(line: bytes) -> tuple[int, int] | None:
    """Parses a first line `words width`.

    Args:
        line: The first line of a file of word vectors.

    Returns:
        The number of words and the number of dimensions; None if the line has another form.
    """
    fields = line.split()
    return (int(fields[0]), int(fields[1])) if len(fields) == 2 and all(map(bytes.isdigit, fields)) else None


def _format_received(received: object) -> str:
    text = received if isinstance(received, str) else repr(received)
    return text if len(text) <= MAX_RECEIVED else f"{text[:MAX_RECEIVED]}..."
