"""Pairs of sentences: all that follow each other, half of them with another."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfd2l.ops.text.sentence_pairs import pair_sentences


def pairs(begins, seed=0):
    made = tf.function(pair_sentences)(tf.constant(begins, tf.bool), tf.constant([seed, 1]))
    return [value.numpy() for value in made]


def paragraphs(rng, number):
    lengths = rng.integers(1, 6, number)
    return np.concatenate([[True, *[False] * (length - 1)] for length in lengths])


def test_every_followed_sentence_is_first_in_one_pair():
    begins = paragraphs(np.random.default_rng(0), 300)
    first, second, is_next = pairs(begins)
    assert sorted(first) == [i for i in range(len(begins) - 1) if not begins[i + 1]]
    assert list(first) != sorted(first)
    np.testing.assert_array_equal(second == first + 1, is_next == 1)
    assert (second != first).all()
    assert second.min() >= 0
    assert second.max() < len(begins)


def test_half_of_the_pairs_are_consecutive():
    begins = paragraphs(np.random.default_rng(1), 4000)
    first, second, is_next = pairs(begins)
    assert abs(is_next.mean() - 0.5) < 4 * 0.5 / np.sqrt(len(first))  # 4 standard deviations
    others = second[is_next == 0]
    assert abs(others.mean() / len(begins) - 0.5) < 4 * np.sqrt(1 / 12 / len(others))


def test_the_seed_alone_decides():
    begins = paragraphs(np.random.default_rng(2), 50)
    assert all(map(np.array_equal, pairs(begins, 5), pairs(begins, 5)))
    assert not all(map(np.array_equal, pairs(begins, 5), pairs(begins, 6)))


def test_documents_of_few_sentences():
    assert [len(value) for value in pairs([])] == [0, 0, 0]
    assert [len(value) for value in pairs([True, True])] == [0, 0, 0]
    for seed in range(8):
        first, second, is_next = pairs([True, False], seed)
        assert (first[0], second[0]) == (0, is_next[0])
