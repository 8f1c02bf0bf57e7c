"""Masked softmax: the book's numbers, and what half precision and empty rows must not do."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.ops.masked_softmax import masked_softmax

SCORES = np.random.default_rng(0).normal(size=(2, 2, 4)).astype(np.float32)


@pytest.mark.parametrize(
    ("scores", "expected"), [([0.5, 0.3], [0.5498, 0.4502]), ([0.4, 0.3, 0.2], [0.3672, 0.3322, 0.3006])]
)
def test_weights_of_the_notes_examples(scores, expected):
    padded = np.array([[[*scores, 9.0]]], np.float32)
    weights = masked_softmax(padded, np.array([len(scores)]))[0, 0]
    np.testing.assert_allclose(weights, [*expected, 0.0], atol=5e-5)


@pytest.mark.parametrize(("lens", "seen"), [([2, 3], [[2, 2], [3, 3]]), ([[1, 3], [2, 4]], [[1, 3], [2, 4]])])
def test_valid_lens_of_examples_or_queries(lens, seen):
    weights = masked_softmax(SCORES, np.array(lens)).numpy()
    assert ((weights > 0).sum(-1) == seen).all()
    np.testing.assert_allclose(weights.sum(-1), 1, rtol=1e-6)
    assert (weights[..., 1:][weights[..., 0] == 1] == 0).all()  # [1, 0, 0, 0] where the length is 1
    for row, queries in enumerate(seen):
        for query, count in enumerate(queries):
            powers = np.exp(SCORES[row, query, :count].astype(np.float64))
            np.testing.assert_allclose(weights[row, query, :count], powers / powers.sum(), rtol=1e-5)


@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16, tf.float32, tf.float64])
def test_extreme_scores_are_finite_and_rows_without_keys_are_zero(dtype):
    scores = tf.cast([[[6e4, -6e4, 1.0], [0.0, 0.0, 0.0]]], dtype)
    with tf.GradientTape() as tape:
        tape.watch(scores)
        weights = masked_softmax(scores, tf.constant([[2, 0]]))
        total = tf.reduce_sum(weights * tf.cast([1.0, 2.0, 3.0], dtype))
    assert weights.dtype == dtype
    np.testing.assert_array_equal(tf.cast(weights, tf.float64)[0], [[1, 0, 0], [0, 0, 0]])
    gradient = tf.cast(tape.gradient(total, scores), tf.float64).numpy()
    assert np.isfinite(gradient).all()
    assert not gradient[0, 1].any()


def test_without_a_mask_it_is_softmax():
    np.testing.assert_array_equal(masked_softmax(SCORES), tf.nn.softmax(SCORES))


def test_mask_and_valid_lens_are_combined():
    mask = np.array([[[1, 0, 1, 1]], [[0, 1, 1, 1]]])
    weights = masked_softmax(SCORES, np.array([2, 3]), mask).numpy()
    np.testing.assert_array_equal(weights > 0, np.array([[[1, 0, 0, 0]], [[0, 1, 1, 0]]]).astype(bool).repeat(2, 1))
