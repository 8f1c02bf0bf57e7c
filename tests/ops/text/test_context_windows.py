"""Context windows against a loop."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfd2l.ops.text.context_windows import extract_context_windows

RNG = np.random.default_rng(0)


def test_windows_agree_with_a_loop():
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


def test_sentences_without_words_have_no_windows():
    empty = tf.ragged.constant([[], []], tf.int32, ragged_rank=1)
    assert extract_context_windows(empty, tf.zeros([0], tf.int32), 2).shape == (0, 4)
