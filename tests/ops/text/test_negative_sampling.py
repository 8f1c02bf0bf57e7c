"""Noise words and negatives against their distribution."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from scipy import stats

from tfd2l.ops.text.negative_sampling import make_noise_sampler, sample_negatives


def seed(number=0):
    return tf.constant([number, 7], tf.int64)


def test_noise_words_follow_a_power_of_the_frequency():
    frequencies = np.array([0, 1, 16, 81, 256])
    draws = make_noise_sampler(frequencies)([100_000], seed()).numpy()
    expected = frequencies**0.75 / (frequencies**0.75).sum() * len(draws)  # 0, 1, 8, 27, 64
    assert stats.chisquare(np.bincount(draws, minlength=5)[1:], expected[1:]).pvalue > 1e-3


def test_negatives_are_no_context_words_and_keep_the_distribution():
    frequencies = np.array([0, 100, 90, 80, 10, 5, 1, 1])
    contexts = tf.constant([[1, 2, -1, 2], [-1, -1, -1, 3], [1, 2, 3, 4], [-1, -1, -1, -1]])
    draw = tf.function(lambda seed: sample_negatives(make_noise_sampler(frequencies), contexts, 20_000, seed))
    drawn, allowed = draw(seed())
    assert allowed.numpy().all()
    weights = frequencies**0.75
    for row, context in zip(drawn.numpy(), contexts.numpy(), strict=True):
        left = np.where(np.isin(np.arange(8), context), 0, weights)
        counts = np.bincount(row, minlength=8)
        assert (counts[left == 0] == 0).all()
        expected = left / left.sum() * len(row)
        assert stats.chisquare(counts[left > 0], expected[left > 0]).pvalue > 1e-3


def test_negatives_that_cannot_be_drawn_are_marked():
    drawn, allowed = sample_negatives(make_noise_sampler([0, 3, 2]), tf.constant([[1, 2], [1, -1]]), 5, seed())
    assert allowed.numpy().tolist() == [[False] * 5, [True] * 5]
    assert drawn.numpy()[1].tolist() == [2] * 5
