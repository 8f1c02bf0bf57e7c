"""Projections onto a ball, and gradient clipping, which is one."""

from __future__ import annotations

import tensorflow as tf


def project_onto_ball(x: tf.Tensor, radius: float) -> tf.Tensor:
    """The nearest points with norm at most r: x min(1, r / |x|), (..., d). Of gradients this is gradient clipping.

    Args:
        x: (..., d).
        radius: r, above 0.

    Source: section 11.2, projections.
    """
    return x * radius / tf.maximum(tf.norm(x, axis=-1, keepdims=True), radius)
