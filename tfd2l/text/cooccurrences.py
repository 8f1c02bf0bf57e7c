"""How often words stand near each other (section 14.5)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import tensorflow as tf

MAX_PENDING = 1 << 23  # pairs that wait to be merged


class PairCounts(NamedTuple):
    """The pairs that occur, and how often.

    Args:
        words, others: (pairs,) int32 ids.
        counts: (pairs,) float32, above 0.
    """

    words: np.ndarray
    others: np.ndarray
    counts: np.ndarray


def count_cooccurrences(
    chunks: Iterable[tf.RaggedTensor], is_counted: np.ndarray, window: int, by_distance: bool = True
) -> PairCounts:
    """How often each word stands at most so many words from each other, in the same sentence.

    x_ij = sum over every i and j at distance d <= window of 1 / d, or of 1; x_ij = x_ji

    Counted chunk by chunk; what is held is a chunk, and the pairs that occur.

    Args:
        chunks: of sentences, ragged (sentences, words) ids.
        is_counted: (vocabulary,) bool; a word that is not takes its place in a sentence all the same.
        window: the greatest distance.
        by_distance: let a pair count 1 / distance; else 1.

    Returns:
        Pairs by rising ids, (i, j) and (j, i) both.

    Source: Pennington et al. 2014, *GloVe*; section 14.5.
    """
    size = len(is_counted)
    keys, counts = np.zeros(0, np.int64), np.zeros(0)  # (pairs,), those counted so far
    waiting: list[tuple[np.ndarray, np.ndarray]] = []
    for chunk in chunks:
        waiting.append(_counted(chunk, is_counted, window, by_distance))
        if sum(len(some) for some, _ in waiting) > MAX_PENDING:
            keys, counts = _merged([(keys, counts), *waiting])
            waiting.clear()
    keys, counts = _merged([(keys, counts), *waiting])
    there, back = keys // size, keys % size
    both = _merged([(there * size + back, counts), (back * size + there, counts)])
    words, others = np.divmod(both[0], size)
    return PairCounts(words.astype(np.int32), others.astype(np.int32), both[1].astype(np.float32))


def compute_probability_ratio(pairs: PairCounts, word: int, other: int, probe: int) -> float:
    """P(probe | word) / P(probe | other): far from 1 where the probe tells one of the two from the other.

    P(k | i) = x_ik / sum_j x_ij. Infinite if the probe never stands near the other word, NaN if near neither.

    Source: Pennington et al. 2014; section 14.5.3 (solid, gas, water and fashion beside ice and steam).
    """

    def probability(i: int) -> float:
        of = pairs.words == i
        return pairs.counts[of & (pairs.others == probe)].sum() / pairs.counts[of].sum()

    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.divide(probability(word), probability(other)))


def _counted(
    chunk: tf.RaggedTensor, is_counted: np.ndarray, window: int, by_distance: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Keys i V + j and counts of the pairs of a chunk whose j comes after i."""
    words, row = chunk.values.numpy().astype(np.int64), chunk.value_rowids().numpy()
    parts = []
    for distance in range(1, window + 1):
        first, second = words[:-distance], words[distance:]
        used = (row[:-distance] == row[distance:]) & is_counted[first] & is_counted[second]
        keys = first[used] * len(is_counted) + second[used]
        parts.append((keys, np.full(len(keys), 1 / distance if by_distance else 1.0)))
    return _merged(parts)


def _merged(parts: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    keys, place = np.unique(np.concatenate([keys for keys, _ in parts]), return_inverse=True)
    return keys, np.bincount(place, np.concatenate([counts for _, counts in parts]), len(keys))
