"""Words and a vector of each."""

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
        tokens: words in the order of their rows, all different; those of files begin with `<unk>`.
        matrix: (len(tokens), width) float32; the row of `<unk>` is zeros if the file has none for it.

    Source: section 14.7.1, `TokenEmbedding`.
    """

    tokens: Sequence[str]
    matrix: np.ndarray

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def width(self) -> int:
        """Numbers of a vector."""
        return int(self.matrix.shape[1])

    @cached_property
    def ids(self) -> dict[str, int]:
        """Word -> its row."""
        return {token: id for id, token in enumerate(self.tokens)}

    def find(self, word: str) -> int | None:
        """The row of a word as it is written, else of the word in lower case; None if there is neither."""
        found = self.ids.get(word, self.ids.get(word.lower()))
        return None if found == self.ids.get(UNKNOWN) else found

    def find_all(self, words: Iterable[str]) -> list[int | None]:
        """The row of each word, None where there is none."""
        return [self.find(word) for word in words]

    def among(self, vocabulary: Sequence[str]) -> tuple[np.ndarray, int]:
        """Vectors of other words, (len(vocabulary), width), zeros for those that have none; and how many have one."""
        found = self.find_all(vocabulary)
        matrix = np.zeros((len(vocabulary), self.width), np.float32)
        rows = [row for row, id in enumerate(found) if id is not None]
        matrix[rows] = self.matrix[[id for id in found if id is not None]]
        return matrix, len(rows)
