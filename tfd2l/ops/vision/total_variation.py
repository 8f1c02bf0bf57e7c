"""How rough an image is."""

from __future__ import annotations

import tensorflow as tf


def compute_total_variation(images: tf.Tensor) -> tf.Tensor:
    """0.5 (mean |x[i + 1, j] - x[i, j]| + mean |x[i, j + 1] - x[i, j]|), means over all places and channels.

    Args:
        images: (..., h, w, channels).

    Returns: ().

    Source: section 13.12.
    """
    down = tf.abs(images[..., 1:, :, :] - images[..., :-1, :, :])
    right = tf.abs(images[..., 1:, :] - images[..., :-1, :])
    return 0.5 * (tf.reduce_mean(down) + tf.reduce_mean(right))
