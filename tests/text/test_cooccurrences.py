"""Counts of pairs against a loop over every pair."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.text import cooccurrences
from tfd2l.text.cooccurrences import compute_probability_ratio, count_cooccurrences

RNG = np.random.default_rng(0)
SENTENCES = [RNG.integers(0, 12, length).tolist() for length in (0, 1, 5, 30, 2, 17, 9)]
COUNTED = np.arange(12) > 0


def loop(window, by_distance):
    counts = Counter()
    for sentence in SENTENCES:
        for i, a in enumerate(sentence):
            for j, b in enumerate(sentence):
                if 0 < abs(i - j) <= window and COUNTED[a] and COUNTED[b]:
                    counts[a, b] += 1 / abs(i - j) if by_distance else 1
    return counts


def chunks(size):
    return [
        tf.ragged.constant(SENTENCES[i : i + size], tf.int32, ragged_rank=1) for i in range(0, len(SENTENCES), size)
    ]


@pytest.mark.parametrize("by_distance", [True, False])
@pytest.mark.parametrize("merge_at", [0, 1 << 20])
def test_counts_agree_with_a_loop(by_distance, merge_at, monkeypatch):
    monkeypatch.setattr(cooccurrences, "MAX_PENDING", merge_at)
    found = count_cooccurrences(chunks(2), COUNTED, 4, by_distance)
    got = {(i, j): x for i, j, x in zip(*(part.tolist() for part in found), strict=True)}
    expected = loop(4, by_distance)
    assert list(got) == sorted(expected)
    assert got == pytest.approx(dict(expected), rel=1e-6)
    assert all(got[i, j] == got[j, i] for i, j in got)


def test_probability_ratios():
    found = count_cooccurrences([tf.ragged.constant([[1, 2], [1, 2], [1, 3], [4, 3], [4, 5]])], np.arange(6) > 0, 1)
    assert compute_probability_ratio(found, 1, 4, 3) == pytest.approx((1 / 3) / (1 / 2))
    assert compute_probability_ratio(found, 1, 4, 2) == np.inf
    assert compute_probability_ratio(found, 1, 4, 5) == 0
    assert np.isnan(compute_probability_ratio(found, 1, 4, 1))
