"""Weights of the pixels of a mask."""

from __future__ import annotations

import tensorflow as tf


def weigh_pixels(mask: tf.Tensor, ignore: int, sample_weight: tf.Tensor | None) -> tf.Tensor:
    """Returns the weight of each pixel, (batch, height, width) float32: 0 for one without a class.

    Args:
        mask: (batch, height, width) int32.
        ignore: the value of pixels without a class.
        sample_weight: (batch,); None weighs all examples as 1.
    """
    weights = tf.cast(mask != ignore, tf.float32)  # (batch, height, width)
    if sample_weight is not None:
        weights *= tf.cast(sample_weight, tf.float32)[:, None, None]
    return weights
