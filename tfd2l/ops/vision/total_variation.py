"""Total variation of images, which measures noise."""

from __future__ import annotations

import tensorflow as tf


def compute_total_variation(images: tf.Tensor) -> tf.Tensor:
    """Computes the mean total variation of images.

        0.5 (mean |x[i + 1, j] - x[i, j]| + mean |x[i, j + 1] - x[i, j]|)

    with means over all pixels, channels and images.

    Args:
        images: A tensor of shape `(..., height, width, channels)`.

    Returns:
        A scalar tensor.

    Example:
        >>> from tfd2l.ops.vision.total_variation import compute_total_variation
        >>> compute_total_variation(tf.reshape(tf.range(4.0), [2, 2, 1])).numpy()
        np.float32(1.5)

    References:
        - *Dive into Deep Learning*, section 13.12.
    """
    down = tf.abs(images[..., 1:, :, :] - images[..., :-1, :, :])
    right = tf.abs(images[..., 1:, :] - images[..., :-1, :])
    return 0.5 * (tf.reduce_mean(down) + tf.reduce_mean(right))
