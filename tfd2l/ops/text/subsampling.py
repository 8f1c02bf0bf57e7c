"""Frequent words are left out more often (section 14.3)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def compute_keep_probability(frequencies: Sequence[int] | np.ndarray, threshold: float = 1e-4) -> np.ndarray:
    """The probability with which each word of a corpus is kept.

    P(w) = min(1, sqrt(t / f(w))), f(w) the share of w among all words

    Args:
        frequencies: (words,) how often the corpus holds each.
        threshold: t; a word with a share below it is always kept.

    Returns:
        (words,) float64; 0 for a word that the corpus does not hold.

    Source: Mikolov et al. 2013, *Distributed Representations*; section 14.3. (In the notes the probability of being
    left out, max(0, 1 - sqrt(t / f)), stands as that of being kept. The word2vec program keeps a little more:
    sqrt(t / f) + t / f.)
    """
    counts = np.asarray(frequencies, np.float64)
    share = counts / max(counts.sum(), 1)
    with np.errstate(divide="ignore"):
        return np.where(counts > 0, np.minimum(1, np.sqrt(threshold / share)), 0.0)
