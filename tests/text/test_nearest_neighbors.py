"""Nearest neighbors against NumPy in float64 and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from sklearn.neighbors import NearestNeighbors

from tfd2l.text import nearest_neighbors as nearest_module
from tfd2l.text.nearest_neighbors import find_nearest, find_nearest_words, normalize_vectors
from tfd2l.text.vectors import WordVectors


def some(rows, width=20, seed=0):
    return np.random.default_rng(seed).standard_normal((rows, width)).astype(np.float32)


def test_normalization_adds_1e_9_under_the_root():
    x = np.array([[3e-5, 4e-5], [0, 0], [3, 4]], np.float32)
    expected = x / np.sqrt((x.astype(np.float64) ** 2).sum(axis=1, keepdims=True) + 1e-9)
    np.testing.assert_allclose(normalize_vectors(tf.constant(x)), expected, rtol=1e-6)


@pytest.mark.parametrize("scores", [1 << 24, 1000, 1])
def test_neighbors_agree_with_scikit_learn_for_any_block_size(scores, monkeypatch):
    monkeypatch.setattr(nearest_module, "MAX_COSINES", scores)
    queries, matrix = some(37, seed=1), some(300)
    near = NearestNeighbors(n_neighbors=6, metric="cosine", algorithm="brute").fit(matrix.astype(np.float64))
    distances, rows = near.kneighbors(queries.astype(np.float64))
    cosines, found = tf.function(find_nearest)(tf.constant(queries), tf.constant(matrix), 6)
    np.testing.assert_array_equal(found, rows)
    np.testing.assert_allclose(cosines, 1 - distances, atol=1e-6)


def test_excluded_rows_are_no_neighbors(cosines_of):
    queries, matrix = some(5, seed=1), some(30)
    left_out = np.array([[3, -1, 7], [-1, -1, -1], [0, 0, 1], [29, 2, -1], [5, 6, 7]], np.int32)
    cosines, found = find_nearest(tf.constant(queries), tf.constant(matrix), 29, tf.constant(left_out))
    expected = cosines_of(queries, matrix)
    for row, out in enumerate(left_out):
        expected[row, out[out >= 0]] = -np.inf
    np.testing.assert_array_equal(found[:, :27], np.argsort(-expected, axis=1)[:, :27])
    assert np.isneginf(cosines.numpy()).sum() == 1 + 1 + 1 + 2  # of 29 asked for, where 28, 30, 28, 28 and 27 are left


def test_no_queries():
    cosines, rows = find_nearest(tf.zeros((0, 20)), tf.constant(some(30)), 3)
    assert (cosines.shape, rows.shape) == ((0, 3), (0, 3))


def test_words_and_unknown_are_no_neighbors_of_themselves(glove, cosines_of):
    words = ["the", "government", "Two", "japan"]
    matrix = glove.matrix.astype(np.float64)
    for word, found in zip(words, find_nearest_words(glove, words, k=4), strict=True):
        row = glove.find(word)
        cosines = cosines_of(matrix[[row]], matrix)[0]
        cosines[[0, row]] = -np.inf
        best = np.argsort(-cosines)[:4]
        assert [name for name, _ in found] == [glove.tokens[other] for other in best]
        np.testing.assert_allclose([cosine for _, cosine in found], cosines[best], atol=1e-6)
    with pytest.raises(KeyError, match="no vector for 'xyzzy'"):
        find_nearest_words(glove, ["the", "xyzzy"])
    few = WordVectors(("<unk>", "a", "b"), some(3))
    assert [[name for name, _ in row] for row in find_nearest_words(few, ["a", "b"], k=9)] == [["b"], ["a"]]
