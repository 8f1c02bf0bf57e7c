"""Which features go together, wherever they are: what a style is."""

from __future__ import annotations

import tensorflow as tf


def compute_gram_matrix(features: tf.Tensor) -> tf.Tensor:
    """X X^T / (c h w), with X (c, h w) the features of all places.

    Args:
        features: (batch, h, w, c).

    Returns: (batch, c, c).

    Source: section 13.12; Gatys et al. 2016, *Image Style Transfer Using Convolutional Neural Networks*.
    """
    batch, height, width, channels = tf.unstack(tf.shape(features))
    x = tf.reshape(features, [batch, height * width, features.shape[3]])
    return tf.matmul(x, x, transpose_a=True) / tf.cast(channels * height * width, x.dtype)
