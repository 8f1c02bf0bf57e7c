"""Projection onto a ball, of which gradient clipping is a case."""

from __future__ import annotations

import tensorflow as tf


def project_onto_ball(x: tf.Tensor, radius: float) -> tf.Tensor:
    """Projects points onto a ball around the origin.

        x min(1, r / |x|)

    The projection is the nearest point whose norm is at most `r`. Applied to gradients, it is gradient clipping.

    Args:
        x: A tensor of shape `(..., d)`.
        radius: The radius `r`, above 0.

    Returns:
        A tensor of the same shape.

    Example:
        >>> from tfd2l.ops.optimization.projection import project_onto_ball
        >>> project_onto_ball(tf.constant([[3.0, 4.0], [0.3, 0.4]]), radius=1.0).numpy()
        array([[0.6, 0.8],
               [0.3, 0.4]], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 11.2.
    """
    return x * radius / tf.maximum(tf.norm(x, axis=-1, keepdims=True), radius)
