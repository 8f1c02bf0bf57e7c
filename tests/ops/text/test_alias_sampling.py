"""Samples of the alias method against their distribution."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from tfd2l.ops.text.alias_sampling import AliasSampler


def seed(number=0):
    return tf.constant([number, 7], tf.int64)


def test_samples_follow_the_distribution():
    weights = np.array([5, 0, 1, 0.5, 3, 3, 20, 1e-3])
    draws = AliasSampler(weights)([200_000], seed()).numpy()
    counts = np.bincount(draws, minlength=8)
    assert counts[1] == 0
    expected = weights / weights.sum() * len(draws)
    there = expected > 0
    assert stats.chisquare(counts[there], expected[there]).pvalue > 1e-3


def test_samples_depend_on_the_seed():
    sampler = AliasSampler(np.arange(1, 100))
    first, again, other = (sampler([4, 50], seed(number)).numpy() for number in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("weights", [[0.0, 0.0], [1.0, -1.0], [np.inf, 1.0], []])
def test_invalid_weights_are_refused(weights):
    with pytest.raises(ValueError, match="Received: "):
        AliasSampler(weights)
