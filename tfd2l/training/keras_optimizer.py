"""What the engine changes in a Keras optimizer."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


def adapt(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    """The same optimizer, for gradients that are summed over the replicas already, and for steps at the same time.

    Keras clips gradients before it sums them over replicas, so that clipping would depend on the number of replicas;
    here they come summed. And Keras counts by reading, adding and writing, which loses steps when several workers do
    it at once; the TensorFlow variable adds in one go.
    """
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    inner._all_reduce_sum_gradients = lambda gradients_and_variables: gradients_and_variables
    iterations = inner.iterations
    iterations.assign_add = lambda value: iterations.value.assign_add(tf.cast(value, iterations.dtype))
    return optimizer


def each_row_once(gradient: Any) -> Any:
    """The same gradient of an embedding table, each row once; any other gradient as it is.

    A token that a batch holds twice gives its row twice. Keras squares the two parts, and takes their norm, one by
    one, where Adam and clipping mean the square of their sum.
    """
    if not isinstance(gradient, tf.IndexedSlices):
        return gradient
    rows, place = tf.unique(gradient.indices)
    values = tf.math.unsorted_segment_sum(gradient.values, place, tf.size(rows))
    return tf.IndexedSlices(values, rows, gradient.dense_shape)


def loss_scale(optimizer: keras.optimizers.Optimizer) -> Any:
    """The variable that the optimizer divides gradients by; None if it does not."""
    return getattr(optimizer, "dynamic_scale", None)
