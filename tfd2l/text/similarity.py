"""Word-similarity suites: do vectors find alike what people do?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from tfd2l.errors import DataError
from tfd2l.files.text_file import read_lines
from tfd2l.text.vectors import WordVectors

DIGITS = 12  # of a cosine
ScoredPair = tuple[str, str, float]  # two words, and how alike people find them


@dataclass(frozen=True)
class SimilarityScore:
    """How well cosines and people agree on a suite.

    Args:
        spearman: the rank correlation; None if the pairs do not tell (fewer than two, or all alike).
        pairs: with vectors for both words.
        missing: left out, since a word has none.
    """

    spearman: float | None
    pairs: int
    missing: int


def read_similarity_suite(file: Path) -> list[ScoredPair]:
    """Lines of two words and a score, white space between; lines that begin with `#` and empty ones say nothing.

    Raises:
        DataError: a file that cannot be read or holds no pair, or another line: with file and line.
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
        raise DataError(f"{file}: there is no pair in it. Received: {number} lines")
    return pairs


def evaluate_similarity(vectors: WordVectors, suite: Sequence[ScoredPair]) -> SimilarityScore:
    """Spearman's correlation between the scores of a suite and the cosines of its words."""
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
    cosines = cosines.round(DIGITS)  # rounding errors have no rank
    if np.ptp(cosines) == 0:
        return SimilarityScore(None, len(known), missing)
    return SimilarityScore(float(spearmanr(scores, cosines).statistic), len(known), missing)
