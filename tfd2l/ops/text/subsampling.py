"""Subsampling of frequent words for word2vec."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def compute_keep_probability(frequencies: Sequence[int] | np.ndarray, threshold: float = 1e-4) -> np.ndarray:
    """Computes the probability with which subsampling keeps each word of a corpus.

        P(w) = min(1, sqrt(t / f(w)))

    where `f(w)` is the share of `w` among all words.

    The study notes print the probability of being dropped, `max(0, 1 - sqrt(t / f))`, as that of being kept. The
    word2vec program keeps slightly more words: `sqrt(t / f) + t / f`.

    Args:
        frequencies: An array of shape `(words,)`: the count of each word in the corpus.
        threshold: The share `t` below which a word is always kept. Defaults to 1e-4.

    Returns:
        A float64 array of shape `(words,)`; 0 for words that do not occur.

    Example:
        >>> from tfd2l.ops.text.subsampling import compute_keep_probability
        >>> compute_keep_probability([9900, 99, 1, 0], threshold=0.0099)
        array([0.1, 1. , 1. , 0. ])

    References:
        - Mikolov et al., 2013, *Distributed Representations of Words and Phrases and their Compositionality*.
        - *Dive into Deep Learning*, section 14.3.
    """
    counts = np.asarray(frequencies, np.float64)
    share = counts / max(counts.sum(), 1)
    with np.errstate(divide="ignore"):
        return np.where(counts > 0, np.minimum(1, np.sqrt(threshold / share)), 0.0)
