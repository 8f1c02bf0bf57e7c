"""Weighted sums over the examples of a batch and their positions."""

from __future__ import annotations

import copy

import keras
import tensorflow as tf

from tfd2l.strategies.base.structure import Structure
from tfd2l.training.mismatch import Mismatch


def remove_reduction(loss: keras.losses.Loss) -> keras.losses.Loss:
    """Returns the same loss with one value for each example, or for each position of an example."""
    loss = copy.copy(loss)
    loss.reduction = "none"
    return loss


def sum_losses(
    loss: keras.losses.Loss, y: Structure, outputs: Structure, weights: tf.Tensor | None
) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns the sum of weight times loss, and the sum of weights, over all values of a loss without reduction.

    The weight of a row counts for all its positions.
    """
    with Mismatch(f"loss.{loss.name}", y=y, outputs=outputs):
        values = loss(y, outputs)  # (batch, ...)
    if weights is None:
        return tf.reduce_sum(values), tf.cast(tf.size(values), values.dtype)
    weights = tf.cast(weights, values.dtype)
    shape = tf.concat([tf.shape(weights), tf.ones([tf.rank(values) - tf.rank(weights)], tf.int32)], axis=0)
    spread = tf.broadcast_to(tf.reshape(weights, shape), tf.shape(values))
    return tf.reduce_sum(values * spread), tf.reduce_sum(spread)


def sum_weights(y: Structure, weights: tf.Tensor | None) -> tf.Tensor:
    """Returns the sum of a batch's weights, (); without weights, each row counts as 1."""
    if weights is None:
        return tf.cast(tf.shape(tf.nest.flatten(y)[0])[0], tf.float32)
    return tf.reduce_sum(tf.cast(weights, tf.float32))


def count_examples(y: Structure, weights: tf.Tensor | None) -> tf.Tensor:
    """Counts the examples of a batch, (); rows that only pad it have weight 0."""
    if weights is None:
        return tf.shape(tf.nest.flatten(y)[0])[0]
    counts = tf.reduce_any(tf.reshape(weights, [tf.shape(weights)[0], -1]) != 0, axis=1)  # (rows,)
    return tf.reduce_sum(tf.cast(counts, tf.int32))
