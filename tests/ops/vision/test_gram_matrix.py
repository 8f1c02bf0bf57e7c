"""Gram matrices against NumPy in float64."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfd2l.ops.vision.gram_matrix import compute_gram_matrix


def test_gram_matrix_agrees_with_numpy():
    x = np.random.default_rng(0).normal(size=(2, 4, 5, 3))
    rows = x.reshape(2, 20, 3).transpose(0, 2, 1)  # (2, c, h w)
    expected = rows @ rows.transpose(0, 2, 1) / (3 * 4 * 5)
    np.testing.assert_allclose(compute_gram_matrix(tf.constant(x)), expected, rtol=1e-12)
    spec = tf.TensorSpec([None, None, None, 3], tf.float64)
    anyhow = tf.function(compute_gram_matrix, input_signature=[spec])
    np.testing.assert_allclose(anyhow(x), expected, rtol=1e-12)
    fast = tf.function(compute_gram_matrix, jit_compile=True)
    np.testing.assert_allclose(fast(tf.constant(x)), expected, rtol=1e-12)


def test_gram_matrix_ignores_positions():
    x = np.random.default_rng(1).normal(size=(1, 4, 4, 3))
    elsewhere = np.random.default_rng(2).permutation(x.reshape(16, 3)).reshape(x.shape)
    np.testing.assert_allclose(
        compute_gram_matrix(tf.constant(x)), compute_gram_matrix(tf.constant(elsewhere)), rtol=1e-12
    )
