"""Padding of the last batch to the size of the others."""

from __future__ import annotations

import tensorflow as tf


def pad_rows(value: tf.Tensor, batch_size: int, *, repeat: bool = False) -> tf.Tensor:
    """Pads a tensor, (rows, ...), to `batch_size` rows of zeros, or of the same rows again.

    Args:
        value: (rows, ...).
        batch_size: Number of rows afterwards.
        repeat: The same rows again in place of zeros.
    """
    rows = tf.shape(value)[0]
    if repeat:
        full = tf.gather(value, tf.range(batch_size) % rows)
    else:
        full = tf.pad(value, [[0, batch_size - rows]] + [[0, 0]] * (value.shape.rank - 1))
    return tf.ensure_shape(full, [batch_size, *value.shape[1:]])


def make_row_weights(rows: tf.Tensor, batch_size: int) -> tf.Tensor:
    """Makes the `sample_weight` of a padded batch, (batch_size,): 1 for so many rows, then 0."""
    return tf.cast(tf.range(batch_size) < rows, tf.float32)
