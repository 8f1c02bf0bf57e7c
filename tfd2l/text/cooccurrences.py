"""Co-occurrence counts of words, for GloVe."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import tensorflow as tf

MAX_PENDING = 1 << 23  # pairs that are held before they are merged


class PairCounts(NamedTuple):
    """Counts of the word pairs that occur.

    Attributes:
        words: An int32 array of shape `(pairs,)`: ids of the first words.
        others: An int32 array of shape `(pairs,)`: ids of the second words.
        counts: A float32 array of shape `(pairs,)`, above 0.
    """

    words: np.ndarray
    others: np.ndarray
    counts: np.ndarray


def count_cooccurrences(
    chunks: Iterable[tf.RaggedTensor], is_counted: np.ndarray, window: int, by_distance: bool = True
) -> PairCounts:
    """Counts how often words occur near each other in a sentence.

        x_ij = sum of 1 / d, or of 1, over every i and j at a distance d <= window;    x_ij = x_ji

    Only one chunk of the corpus and the pairs that occur are held in memory.

    Args:
        chunks: Ragged integer tensors of shape `(sentences, words)`: the word ids of some sentences each.
        is_counted: A boolean array of shape `(vocabulary,)`. A word that is not counted still takes up its position.
        window: The maximum distance.
        by_distance: Whether a pair counts `1 / d`; otherwise it counts 1. Defaults to True.

    Returns:
        The counts by rising ids; both (i, j) and (j, i) are there.

    Example:
        >>> from tfd2l.text.cooccurrences import count_cooccurrences
        >>> pairs = count_cooccurrences([tf.ragged.constant([[0, 1, 2]])], np.array([True, True, True]), window=2)
        >>> pairs.words, pairs.others
        (array([0, 0, 1, 1, 2, 2], dtype=int32), array([1, 2, 0, 2, 0, 1], dtype=int32))
        >>> pairs.counts
        array([1. , 0.5, 1. , 1. , 0.5, 1. ], dtype=float32)

    References:
        - Pennington et al., 2014, *GloVe: Global Vectors for Word Representation*.
        - *Dive into Deep Learning*, section 14.5.
    """
    size = len(is_counted)
    keys, counts = np.zeros(0, np.int64), np.zeros(0)  # (pairs,), those counted so far
    pending: list[tuple[np.ndarray, np.ndarray]] = []
    for chunk in chunks:
        pending.append(_count_chunk(chunk, is_counted, window, by_distance))
        if sum(len(some) for some, _ in pending) > MAX_PENDING:
            keys, counts = _merge([(keys, counts), *pending])
            pending.clear()
    keys, counts = _merge([(keys, counts), *pending])
    first, second = keys // size, keys % size
    both = _merge([(first * size + second, counts), (second * size + first, counts)])
    words, others = np.divmod(both[0], size)
    return PairCounts(words.astype(np.int32), others.astype(np.int32), both[1].astype(np.float32))


def compute_probability_ratio(pairs: PairCounts, word: int, other: int, probe: int) -> float:
    """Computes the ratio of the co-occurrence probabilities of a probe word with two words.

        P(probe | word) / P(probe | other),    P(k | i) = x_ik / sum_j x_ij

    The ratio is far from 1 if the probe is related to one of the two words only.

    Args:
        pairs: Co-occurrence counts.
        word: The id of the first word.
        other: The id of the second word.
        probe: The id of the probe word.

    Returns:
        A float. It is infinite if the probe never occurs near the second word, and NaN if near neither.

    References:
        - Pennington et al., 2014, *GloVe: Global Vectors for Word Representation*.
        - *Dive into Deep Learning*, section 14.5.3.
    """

    def probability(i: int) -> float:
        is_word = pairs.words == i
        return pairs.counts[is_word & (pairs.others == probe)].sum() / pairs.counts[is_word].sum()

    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.divide(probability(word), probability(other)))


def _count_chunk(
    chunk: tf.RaggedTensor, is_counted: np.ndarray, window: int, by_distance: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Counts the pairs of a chunk whose word j comes after i, by the key `i * vocabulary + j`."""
    words, row = chunk.values.numpy().astype(np.int64), chunk.value_rowids().numpy()
    parts = []
    for distance in range(1, window + 1):
        first, second = words[:-distance], words[distance:]
        is_used = (row[:-distance] == row[distance:]) & is_counted[first] & is_counted[second]
        keys = first[is_used] * len(is_counted) + second[is_used]
        parts.append((keys, np.full(len(keys), 1 / distance if by_distance else 1.0)))
    return _merge(parts)


def _merge(parts: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    keys, place = np.unique(np.concatenate([keys for keys, _ in parts]), return_inverse=True)
    return keys, np.bincount(place, np.concatenate([counts for _, counts in parts]), len(keys))
