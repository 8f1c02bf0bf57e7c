"""Word vectors: a table of words and their vectors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tfd2l.text.vocabulary import UNKNOWN


@dataclass(frozen=True, eq=False)
class WordVectors:
    """A table of word vectors.

    Args:
        tokens: The words in the order of their rows, all different. Those of files begin with `<unk>`.
        matrix: A float32 array of shape `(words, width)`. The row of `<unk>` is zero if the file has none.

    Example:
        >>> from tfd2l.text.vectors import WordVectors
        >>> vectors = WordVectors(("<unk>", "cup"), np.array([[0, 0], [1, 2]], np.float32))
        >>> vectors.find("Cup"), vectors.find("mug")
        (1, None)

    References:
        - *Dive into Deep Learning*, section 14.7.1, `TokenEmbedding`.
    """

    tokens: Sequence[str]
    matrix: np.ndarray

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def width(self) -> int:
        """The number of dimensions of a vector."""
        return int(self.matrix.shape[1])

    @cached_property
    def ids(self) -> dict[str, int]:
        """The row of each word."""
        return {token: id for id, token in enumerate(self.tokens)}

    def find(self, word: str) -> int | None:
        """Returns the row of a word, or of the word in lower case; None if there is neither."""
        found = self.ids.get(word, self.ids.get(word.lower()))
        return None if found == self.ids.get(UNKNOWN) else found

    def find_all(self, words: Iterable[str]) -> list[int | None]:
        """Returns the row of each word; None where there is none."""
        return [self.find(word) for word in words]

    def known_rows(self) -> list[int]:
        """Returns the rows of all words but `<unk>`."""
        return [row for row, token in enumerate(self.tokens) if token != UNKNOWN]

    def align_to(self, vocabulary: Sequence[str]) -> tuple[np.ndarray, int]:
        """Returns the vectors of the words of a vocabulary, and how many of these have one.

        Args:
            vocabulary: The words.

        Returns:
            A float32 array of shape `(len(vocabulary), width)`, zero for words without a vector, and the number of
            words that have one.
        """
        found = self.find_all(vocabulary)
        matrix = np.zeros((len(vocabulary), self.width), np.float32)
        rows = [row for row, id in enumerate(found) if id is not None]
        matrix[rows] = self.matrix[[id for id in found if id is not None]]
        return matrix, len(rows)
