"""Total variation against NumPy in float64."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.ops.vision.total_variation import compute_total_variation


@pytest.mark.parametrize("jit", [False, True])
def test_total_variation_agrees_with_numpy(jit):
    x = np.random.default_rng(0).normal(size=(2, 4, 5, 3))
    down, right = np.abs(np.diff(x, axis=1)), np.abs(np.diff(x, axis=2))
    compute = tf.function(compute_total_variation, jit_compile=jit)
    np.testing.assert_allclose(compute(tf.constant(x)), 0.5 * (down.mean() + right.mean()), rtol=1e-12)
    np.testing.assert_allclose(compute(tf.ones([4, 4, 3])), 0)
