"""Windows, subsampling and noise words against brute force, and draws against their distribution."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from tfd2l.ops.text.alias_sampling import AliasSampler
from tfd2l.ops.text.context_windows import extract_context_windows
from tfd2l.ops.text.negative_sampling import make_noise_sampler, sample_negatives
from tfd2l.ops.text.subsampling import compute_keep_probability

RNG = np.random.default_rng(0)


def seed(number=0):
    return tf.constant([number, 7], tf.int64)


def test_windows_are_those_of_a_loop():
    sentences = [RNG.integers(0, 50, length).tolist() for length in (1, 7, 0, 2, 12)]
    widths = RNG.integers(0, 4, sum(map(len, sentences)))
    expected, width = [], iter(widths)
    for sentence in sentences:
        for i in range(len(sentence)):
            w = next(width)
            places = [i + offset for offset in (-3, -2, -1, 1, 2, 3)]
            expected.append([sentence[p] if 0 <= p < len(sentence) and abs(p - i) <= w else -1 for p in places])
    windows = tf.function(lambda s, w: extract_context_windows(s, w, 3))
    got = windows(tf.ragged.constant(sentences, tf.int32), tf.constant(widths, tf.int32))
    assert got.shape[1] == 6
    assert got.numpy().tolist() == expected


def test_no_words_have_no_windows():
    empty = tf.ragged.constant([[], []], tf.int32, ragged_rank=1)
    assert extract_context_windows(empty, tf.zeros([0], tf.int32), 2).shape == (0, 4)


def test_keep_probability_by_hand():
    np.testing.assert_allclose(compute_keep_probability([900, 99, 0, 1], 0.09), [np.sqrt(0.1), np.sqrt(10 / 11), 0, 1])
    assert compute_keep_probability([0, 0]).tolist() == [0, 0]


def test_alias_draws_have_the_distribution():
    weights = np.array([5, 0, 1, 0.5, 3, 3, 20, 1e-3])
    draws = AliasSampler(weights)([200_000], seed()).numpy()
    counts = np.bincount(draws, minlength=8)
    assert counts[1] == 0
    expected = weights / weights.sum() * len(draws)
    there = expected > 0
    assert stats.chisquare(counts[there], expected[there]).pvalue > 1e-3


def test_alias_draws_are_a_function_of_the_seed():
    sampler = AliasSampler(np.arange(1, 100))
    first, again, other = (sampler([4, 50], seed(number)).numpy() for number in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("weights", [[0.0, 0.0], [1.0, -1.0], [np.inf, 1.0], []])
def test_no_distribution(weights):
    with pytest.raises(ValueError, match="Received: "):
        AliasSampler(weights)


def test_noise_goes_by_a_power_of_the_frequency():
    frequencies = np.array([0, 1, 16, 81, 256])
    draws = make_noise_sampler(frequencies)([100_000], seed()).numpy()
    expected = frequencies**0.75 / (frequencies**0.75).sum() * len(draws)  # 0, 1, 8, 27, 64
    assert stats.chisquare(np.bincount(draws, minlength=5)[1:], expected[1:]).pvalue > 1e-3


def test_noise_is_never_a_context_word_and_keeps_its_distribution():
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


def test_noise_that_cannot_be_drawn_is_not_allowed():
    drawn, allowed = sample_negatives(make_noise_sampler([0, 3, 2]), tf.constant([[1, 2], [1, -1]]), 5, seed())
    assert allowed.numpy().tolist() == [[False] * 5, [True] * 5]
    assert drawn.numpy()[1].tolist() == [2] * 5
