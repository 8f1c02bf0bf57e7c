"""Condition numbers and diagonal scaling against NumPy."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfd2l.ops.optimization.conditioning import compute_condition_number, make_rotated_quadratic, scale_to_unit_diagonal


def test_scaled_matrix_has_a_unit_diagonal():
    root = np.random.default_rng(0).normal(size=(5, 5)) * [1, 10, 0.1, 3, 100]
    q = root.T @ root
    scale = np.diag(1 / np.sqrt(np.diag(q)))
    scaled = scale_to_unit_diagonal(tf.constant(q))
    np.testing.assert_allclose(scaled, scale @ q @ scale, rtol=1e-10)
    np.testing.assert_array_equal(np.diag(scaled), np.ones(5))
    assert np.isclose(compute_condition_number(tf.constant(q)), np.linalg.cond(q), rtol=1e-6)
    assert float(compute_condition_number(scaled)) < float(compute_condition_number(tf.constant(q)))


def test_rotated_quadratic_keeps_its_eigenvalues():
    q = make_rotated_quadratic((1.0, 30.0), 15.0)
    np.testing.assert_allclose(np.linalg.eigvalsh(q), [1, 30])
    along = np.array([np.cos(np.pi / 12), np.sin(np.pi / 12)])
    np.testing.assert_allclose(q @ along[:, None], along[:, None], atol=1e-12)  # the first one's eigenvector


def test_scaling_helps_along_the_axes_and_not_at_45_degrees():
    assert np.isclose(compute_condition_number(scale_to_unit_diagonal(make_rotated_quadratic((1.0, 30.0), 0.0))), 1)
    assert np.isclose(compute_condition_number(scale_to_unit_diagonal(make_rotated_quadratic((1.0, 30.0), 45.0))), 30)
