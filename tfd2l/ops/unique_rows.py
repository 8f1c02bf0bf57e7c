"""Gradients of embedding tables that hold each row once."""

from __future__ import annotations

from typing import Any

import tensorflow as tf


class UniqueRows(tf.IndexedSlices):
    """The gradient of some rows of a table, each row once."""


def each_row_once(gradient: Any) -> Any:
    """The same gradient of an embedding table, each row once; any other gradient as it is.

    A token that a batch holds twice gives its row twice. Keras squares the two parts, and takes their norm, one by
    one, where Adam and clipping mean the square of their sum. What is `UniqueRows` already costs nothing again.

    Arguments:
        gradient: of one variable: a tensor, `tf.IndexedSlices`, or None.

    Returns:
        `UniqueRows` for `tf.IndexedSlices`; rows in the order in which they first stand there.
    """
    if not isinstance(gradient, tf.IndexedSlices) or isinstance(gradient, UniqueRows):
        return gradient
    rows, place = tf.unique(gradient.indices)
    values = tf.math.unsorted_segment_sum(gradient.values, place, tf.size(rows))
    return UniqueRows(values, rows, gradient.dense_shape)
