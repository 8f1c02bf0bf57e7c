"""Word similarity: the correlation of cosines with human judgments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from tfd2l.errors import DataError
from tfd2l.files.text_file import read_lines
from tfd2l.text.vectors import WordVectors

DIGITS = 12  # to which cosines are rounded
ScoredPair = tuple[str, str, float]  # two words and the similarity that people assign to them


@dataclass(frozen=True)
class SimilarityScore:
    """The correlation of word vectors with a similarity suite.

    Args:
        spearman: The rank correlation of cosines and human scores. It is None if fewer than two pairs have vectors, or
            if all scores or all cosines are equal.
        pairs: The number of pairs whose words both have a vector.
        missing: The number of pairs that are skipped, since a word has no vector.
    """

    spearman: float | None
    pairs: int
    missing: int


def read_similarity_suite(file: Path) -> list[ScoredPair]:
    """Reads a similarity suite: two words and a score a line, separated by white space.

    Lines that begin with `#` and empty lines are skipped.

    Args:
        file: The file.

    Returns:
        The pairs in their order.

    Raises:
        DataError: The file cannot be read or holds no pair, or a line has another form. The error names file and line.
    """
    pairs: list[ScoredPair] = []
    number = 0
    for number, line in read_lines(file):
        fields = line.split()
        if not fields or line.startswith("#"):
            continue
        try:
            first, second, score = fields
            pairs.append((first, second, float(score)))
        except ValueError:
            raise DataError(
                f"{file}:{number}: expected two words and a number. Received: {line.strip()[:80]!r}"
            ) from None
    if not pairs:
        raise DataError(f"{file}: the file holds no pair of words. Received: {number} lines")
    return pairs


def evaluate_similarity(vectors: WordVectors, suite: Sequence[ScoredPair]) -> SimilarityScore:
    """Computes Spearman's correlation between the scores of a suite and the cosines of its words.

    Args:
        vectors: The word vectors.
        suite: Pairs of words with a score.

    Returns:
        The correlation, with the numbers of pairs that are compared and skipped.

    Example:
        >>> from tfd2l.text.similarity import evaluate_similarity
        >>> from tfd2l.text.vectors import WordVectors
        >>> vectors = WordVectors(("cup", "mug", "tax"), np.array([[1, 0], [2, 1], [-1, 1]], np.float32))
        >>> evaluate_similarity(vectors, [("cup", "mug", 9.0), ("cup", "tax", 1.0), ("mug", "tax", 2.0)]).pairs
        3
    """
    found = [(vectors.find(first), vectors.find(second), score) for first, second, score in suite]
    known = [(first, second, score) for first, second, score in found if first is not None and second is not None]
    missing = len(suite) - len(known)
    scores = [score for _, _, score in known]
    if len(set(scores)) < 2:
        return SimilarityScore(None, len(known), missing)
    rows = np.array([(first, second) for first, second, _ in known])
    left, right = (vectors.matrix[rows[:, side]].astype(np.float64) for side in (0, 1))  # (pairs, width) each
    lengths = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    cosines = np.divide((left * right).sum(axis=1), lengths, out=np.zeros_like(lengths), where=lengths > 0)
    cosines = cosines.round(DIGITS)  # differences by rounding errors have no rank
    if np.ptp(cosines) == 0:
        return SimilarityScore(None, len(known), missing)
    return SimilarityScore(float(spearmanr(scores, cosines).statistic), len(known), missing)
