"""Four ways to one product."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.ops.optimization.matrix_product import ALGORITHMS, compute_gigaflops, multiply_by_block


@pytest.mark.parametrize("way", ALGORITHMS)
def test_algorithms_agree_with_numpy(way):
    rng = np.random.default_rng(0)
    b, c = rng.normal(size=(3, 4)), rng.normal(size=(4, 5))
    np.testing.assert_allclose(ALGORITHMS[way](tf.constant(b), tf.constant(c)), b @ c, atol=1e-12)


def test_last_block_may_be_narrower():
    c = np.random.default_rng(0).normal(size=(4, 5))
    np.testing.assert_allclose(multiply_by_block(tf.eye(4, dtype=tf.float64), tf.constant(c), width=2), c)


def test_gigaflops_count_two_operations_for_each_of_n_cubed():
    assert compute_gigaflops(256, 1.0) == pytest.approx(0.03355, rel=1e-3)
    assert (2 / 1.0) / compute_gigaflops(256, 1.0) == pytest.approx(59.6, abs=0.05)
