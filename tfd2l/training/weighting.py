"""What counts in a batch: weights of examples and of their positions."""

from __future__ import annotations

import copy
from typing import Any

import keras
import tensorflow as tf

from tfd2l.training.mismatch import Mismatch


def unreduced(loss: keras.losses.Loss) -> keras.losses.Loss:
    """The same loss, one value an example (or an example's position)."""
    loss = copy.copy(loss)
    loss.reduction = "none"
    return loss


def weighted_sum(
    loss: keras.losses.Loss, y: Any, outputs: Any, weights: tf.Tensor | None
) -> tuple[tf.Tensor, tf.Tensor]:
    """(sum of weight times loss, sum of weights) over all values of an unreduced loss.

    A weight of a row counts for all its positions.
    """
    with Mismatch(f"loss.{loss.name}", y=y, outputs=outputs):
        values = loss(y, outputs)  # (batch, ...)
    if weights is None:
        return tf.reduce_sum(values), tf.cast(tf.size(values), values.dtype)
    weights = tf.cast(weights, values.dtype)
    shape = tf.concat([tf.shape(weights), tf.ones([tf.rank(values) - tf.rank(weights)], tf.int32)], axis=0)
    spread = tf.broadcast_to(tf.reshape(weights, shape), tf.shape(values))
    return tf.reduce_sum(values * spread), tf.reduce_sum(spread)


def weight_of(y: Any, weights: tf.Tensor | None) -> tf.Tensor:
    """(), what a batch weighs: the sum of the weights as given; no weights count as one a row."""
    if weights is None:
        return tf.cast(tf.shape(tf.nest.flatten(y)[0])[0], tf.float32)
    return tf.reduce_sum(tf.cast(weights, tf.float32))


def examples_in(y: Any, weights: tf.Tensor | None) -> tf.Tensor:
    """How many examples a batch holds; rows that only fill it up have weight 0."""
    if weights is None:
        return tf.shape(tf.nest.flatten(y)[0])[0]
    counts = tf.reduce_any(tf.reshape(weights, [tf.shape(weights)[0], -1]) != 0, axis=1)  # (rows,)
    return tf.reduce_sum(tf.cast(counts, tf.int32))
