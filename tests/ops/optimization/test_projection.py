"""Projection onto a ball against the definition: the nearest point inside."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfd2l.ops.optimization.projection import project_onto_ball


def test_projection_is_the_nearest_point_of_the_ball():
    rng = np.random.default_rng(0)
    points = rng.normal(0, 2, (50, 2))
    projected = project_onto_ball(tf.constant(points), 1.5).numpy()
    assert (np.linalg.norm(projected, axis=1) <= 1.5 + 1e-12).all()
    angle, radius = rng.uniform(0, 2 * np.pi, 2000), 1.5 * np.sqrt(rng.uniform(0, 1, 2000))
    ball = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    nearest = np.linalg.norm(points[:, None] - ball[None], axis=-1).min(axis=1)
    assert (np.linalg.norm(points - projected, axis=1) <= nearest + 1e-12).all()


def test_projection_of_a_gradient_is_clipping_by_norm():
    gradient = tf.constant([3.0, -4.0])
    np.testing.assert_allclose(project_onto_ball(gradient, 1.0), tf.clip_by_norm(gradient, 1.0), rtol=1e-6)
    np.testing.assert_array_equal(project_onto_ball(gradient, 6.0), gradient)
    np.testing.assert_array_equal(project_onto_ball(tf.zeros(2), 1.0), [0, 0])
