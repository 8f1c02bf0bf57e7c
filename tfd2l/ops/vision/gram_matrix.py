"""Gram matrix of feature maps, which describes the style of an image."""

from __future__ import annotations

import tensorflow as tf


def compute_gram_matrix(features: tf.Tensor) -> tf.Tensor:
    """Computes the Gram matrix of feature maps.

        G = X X^T / (c h w)

    where `X`, of shape `(c, h w)`, holds the features of all pixels.

    Args:
        features: A tensor of shape `(batch, h, w, c)` with a static number of channels.

    Returns:
        A tensor of shape `(batch, c, c)`.

    Example:
        >>> from tfd2l.ops.vision.gram_matrix import compute_gram_matrix
        >>> compute_gram_matrix(tf.reshape(tf.range(8.0), [1, 2, 2, 2]))[0].numpy()
        array([[ 7. ,  8.5],
               [ 8.5, 10.5]], dtype=float32)

    References:
        - Gatys et al., 2016, *Image Style Transfer Using Convolutional Neural Networks*.
        - *Dive into Deep Learning*, section 13.12.
    """
    batch, height, width, channels = tf.unstack(tf.shape(features))
    x = tf.reshape(features, [batch, height * width, features.shape[3]])
    return tf.matmul(x, x, transpose_a=True) / tf.cast(channels * height * width, x.dtype)
